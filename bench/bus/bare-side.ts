import { connect, createInbox, type NatsConnection } from 'nats'
import { bareSubjects as subjects, makeSample, window, type Sample } from './contracts.ts'
import { createFrameCounter } from './frame-counter.ts'
import type { Side } from './side.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const encode = (value: unknown) => encoder.encode(JSON.stringify(value))
const decode = (data: Uint8Array): unknown => JSON.parse(decoder.decode(data))
const nothing = new Uint8Array(0)

/** The calling end with the `nats` package alone: the same JSON, the same number of messages, no validation. */
export async function connectBare(servers: string): Promise<Side> {
  const connection = await connectTo(servers)
  return {
    request: async (sample) =>
      decode((await connection.request(subjects.echo, encode(sample), { timeout: 5_000 })).data) as Sample,
    stream: (chunks) => readStream(connection, chunks),
    publish: (data) => connection.publish(subjects.frames, data),
    flush: () => connection.flush(),
    received: async (frames) =>
      void (await connection.request(subjects.received, encode({ frames }), { timeout: 20_000 })),
    [Symbol.asyncDispose]: () => connection.drain(),
  }
}

/** An empty message is the end, the first names the producer; each half window that was read is granted anew. */
async function readStream(connection: NatsConnection, chunks: number): Promise<number> {
  const inbox = createInbox()
  const subscription = connection.subscribe(inbox)
  connection.publish(subjects.count, encode({ chunks }), { reply: inbox })
  let producer: string | undefined
  let count = 0
  for await (const message of subscription) {
    if (message.data.length === 0) break
    producer ??= message.reply
    if ((decode(message.data) as Sample).sequence === count) count++
    if (count % (window / 2) === 0 && producer) connection.publish(producer, nothing)
  }
  return count
}

/** The serving end with the `nats` package alone. */
export async function serveBare(servers: string): Promise<AsyncDisposable> {
  const connection = await connectTo(servers)
  const counter = createFrameCounter()
  connection.subscribe(subjects.echo, {
    queue: 'bench',
    callback: (_error, message) => message.respond(encode(decode(message.data))),
  })
  connection.subscribe(subjects.count, {
    queue: 'bench',
    callback: (_error, message) =>
      void writeStream(connection, message.reply ?? '', decode(message.data) as { chunks: number }),
  })
  connection.subscribe(subjects.frames, { callback: counter.add })
  connection.subscribe(subjects.received, {
    callback: (_error, message) => {
      const { frames } = decode(message.data) as { frames: number }
      void counter.reached(frames).then(() => message.respond(encode({ frames })))
    },
  })
  await connection.flush()
  return { [Symbol.asyncDispose]: () => connection.drain() }
}

async function writeStream(
  connection: NatsConnection,
  consumer: string,
  { chunks }: { chunks: number },
): Promise<void> {
  const reply = createInbox()
  let credit = window
  let wake: (() => void) | undefined
  const grants = connection.subscribe(reply, {
    callback: () => {
      credit += window / 2
      wake?.()
    },
  })
  for (let sequence = 0; sequence < chunks; sequence++) {
    if (credit === 0) await new Promise<void>((resolve) => (wake = resolve))
    credit--
    connection.publish(consumer, encode(makeSample(sequence)), sequence === 0 ? { reply } : {})
  }
  connection.publish(consumer, nothing)
  grants.unsubscribe()
}

function connectTo(servers: string): Promise<NatsConnection> {
  const { host, username, password } = new URL(servers)
  return connect({ servers: host, user: username, pass: password })
}
