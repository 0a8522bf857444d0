import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Problem } from '@parley/contracts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openCorner, type Corner } from '@parley/testkit'
import {
  connectBus,
  currentContext,
  makeContext,
  pinned,
  withContext,
  type Bus,
  type Subscription,
} from '../src/index.ts'
import { lab } from './contracts.ts'

let corner: Corner
let served: { error: unknown; subject: string }[] = []
let server: Bus
let client: Bus

const connectTo = (name: string, drainMs = 2_000) =>
  connectBus({
    servers: corner.natsUrl,
    name,
    prefix: corner.subjectPrefix,
    drainMs,
    onError: (error, subject) => served.push({ error, subject }),
  })

async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Problem)) throw new Error(`no problem but ${String(error)}`)
  return error
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}

/** Something to wait for that tests can fulfil from inside a handler. */
function signalOf<T = void>() {
  return Promise.withResolvers<T>()
}

beforeAll(async () => {
  corner = await openCorner()
  server = await connectTo('server')
  client = await connectTo('client')
})

afterAll(async () => {
  await Promise.all([server?.drain(), client?.drain()])
  await corner?.[Symbol.asyncDispose]()
})

let cleanUp: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const undo of cleanUp.toReversed()) await undo()
  cleanUp = []
  served = []
})

/** Serves something for one test; the server knows of it when this resolves. */
async function serving(subscription: Subscription): Promise<void> {
  cleanUp.push(() => subscription.stop())
  await server.flush()
}

describe('request', () => {
  test('is answered by the handler', async () => {
    await serving(server.handle(lab.echo, ({ text }) => ({ text: text.toUpperCase() })))
    expect(await client.request(lab.echo, { text: 'hello' })).toEqual({ text: 'HELLO' })
  })

  test('reaches the holder of its token and nobody else', async () => {
    await serving(
      server.handle(lab.call, (_input, { tokens }) => ({ text: tokens['deviceId'] ?? '' }), {
        tokens: { deviceId: 'aa:bb' },
      }),
    )
    expect(await client.request(lab.call, { text: '' }, { tokens: { deviceId: 'aa:bb' } })).toEqual({ text: 'aa:bb' })
    const other = await problemOf(client.request(lab.call, { text: '' }, { tokens: { deviceId: 'cc:dd' } }))
    expect(other.code).toBe('unavailable')
  })

  test.each(['*', '>', 'a.b', '', 'a b', 'ü', 'x'.repeat(129)])('refuses the hostile token %j', async (deviceId) => {
    const problem = await problemOf(client.request(lab.call, { text: '' }, { tokens: { deviceId } }))
    expect(problem).toMatchObject({ code: 'bad-request', issues: [{ path: 'deviceId' }] })
  })

  test('with a bad payload is a bad request that names the field', async () => {
    await serving(server.handle(lab.echo, (input) => input))
    const problem = await problemOf(client.request(lab.echo, { text: 5 } as never))
    expect(problem).toMatchObject({ code: 'bad-request', status: 400, issues: [{ path: 'text' }] })
  })

  test('with nobody listening is unavailable at once', async () => {
    const startedAt = performance.now()
    const problem = await problemOf(client.request(lab.echo, { text: 'anybody?' }))
    expect(problem).toMatchObject({ code: 'unavailable', retryable: true })
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })

  test('to a silent handler times out, and the handler is told', async () => {
    const told = signalOf<unknown>()
    await serving(
      server.handle(lab.slow, (_input, { signal }) => {
        signal.addEventListener('abort', () => told.resolve(signal.reason))
        return new Promise<never>(() => undefined)
      }),
    )
    expect(await problemOf(client.request(lab.slow, { text: '' }))).toMatchObject({ code: 'timeout' })
    expect(await told.promise).toMatchObject({ code: 'timeout' })
  })

  test('may wait longer than usual, up to the most the contract allows', async () => {
    await serving(server.handle(lab.slow, async (input) => (await delay(250), input)))
    expect(await client.request(lab.slow, { text: 'patient' }, { timeoutMs: 900 })).toEqual({ text: 'patient' })
  })

  test('whose handler throws is internal, without its text', async () => {
    await serving(server.handle(lab.echo, () => Promise.reject(new Error('the password is 1234'))))
    const problem = await problemOf(client.request(lab.echo, { text: '' }))
    expect(problem.code).toBe('internal')
    expect(JSON.stringify(problem) + problem.message).not.toContain('1234')
    expect(served).toEqual([
      { error: expect.objectContaining({ message: 'the password is 1234' }), subject: 'lab.v1.echo' },
    ])
  })

  test('carries the problem that the handler throws', async () => {
    const issues = [{ path: 'code', message: 'is used up' }]
    await serving(
      server.handle(lab.echo, () => Promise.reject(new Problem('not-found', 'There is no such code', { issues }))),
    )
    expect(await problemOf(client.request(lab.echo, { text: '' }))).toMatchObject({
      code: 'not-found',
      detail: 'There is no such code',
      issues,
    })
  })

  test('whose answer breaks the contract is internal', async () => {
    await serving(server.handle(lab.echo, () => ({ wrong: true }) as never))
    expect(await problemOf(client.request(lab.echo, { text: '' }))).toMatchObject({ code: 'internal' })
  })

  test('larger than the bus carries is refused before it is sent, and so is an answer', async () => {
    await serving(server.handle(lab.echo, () => ({ text: 'x'.repeat(600_000) })))
    expect(await problemOf(client.request(lab.echo, { text: 'x'.repeat(600_000) }))).toMatchObject({
      code: 'too-large',
    })
    expect(await problemOf(client.request(lab.echo, { text: 'small' }))).toMatchObject({ code: 'too-large' })
  })

  test('ends with the reason of its signal', async () => {
    await serving(server.handle(lab.echo, () => new Promise<never>(() => undefined)))
    const abort = new AbortController()
    const answer = client.request(lab.echo, { text: '' }, { signal: abort.signal })
    abort.abort('no longer wanted')
    await expect(answer).rejects.toBe('no longer wanted')
  })

  test('carries the request id and the trace', async () => {
    await serving(server.handle(lab.echo, () => ({ text: JSON.stringify(currentContext()) })))
    const context = makeContext({ requestId: 'r-1' })
    const { text } = await withContext(context, () => client.request(lab.echo, { text: '' }))
    expect(JSON.parse(text)).toEqual(context)
  })

  test('is answered by one of the instances that share the work', async () => {
    const second = await connectTo('second')
    let answers = 0
    const handler = (input: { text: string }) => (answers++, input)
    await serving(server.handle(lab.echo, handler))
    second.handle(lab.echo, handler)
    await second.flush()
    await Promise.all(Array.from({ length: 20 }, () => client.request(lab.echo, { text: '' })))
    expect(answers).toBe(20)
    await second.drain()
  })

  test('beyond what a handler may have waiting is overloaded', async () => {
    const gate = signalOf()
    await serving(server.handle(lab.echo, async (input) => (await gate.promise, input), { concurrency: 2, queue: 1 }))
    const calls = Array.from({ length: 5 }, () =>
      client.request(lab.echo, { text: '' }).then(
        () => 'answered',
        (problem: Problem) => problem.code,
      ),
    )
    const refused = await Promise.race(calls)
    gate.resolve()
    expect(refused).toBe('overloaded')
    expect((await Promise.all(calls)).toSorted()).toEqual([
      'answered',
      'answered',
      'answered',
      'overloaded',
      'overloaded',
    ])
  })
})

describe('stream', () => {
  async function* countTo(count: number): AsyncGenerator<{ count: number }> {
    for (let index = 0; index < count; index++) yield { count: index }
  }

  test('gives every chunk in order, then ends', async () => {
    await serving(server.handle(lab.count, ({ count }) => countTo(count)))
    const chunks = await collect(client.stream(lab.count, { count: 1_000 }))
    expect(chunks.map(({ count }) => count)).toEqual(Array.from({ length: 1_000 }, (_, index) => index))
  })

  test('carries raw bytes', async () => {
    await serving(
      server.handle(lab.media, async function* ({ count }) {
        for (let index = 0; index < count; index++) yield Uint8Array.of(index, 255 - index)
      }),
    )
    const chunks = await collect(client.stream(lab.media, { count: 20 }))
    expect(chunks.map((chunk) => [...chunk])).toEqual(Array.from({ length: 20 }, (_, index) => [index, 255 - index]))
  })

  test('longer than its idle limit completes, however quiet the handler is', async () => {
    await serving(
      server.handle(lab.count, async function* () {
        yield { count: 1 }
        await delay(lab.count.idleMs * 2.5)
        yield { count: 2 }
      }),
    )
    expect(await collect(client.stream(lab.count, { count: 0 }))).toEqual([{ count: 1 }, { count: 2 }])
  })

  test('whose producer is killed fails when it has been silent for the idle limit', async () => {
    const producer = fork(join(import.meta.dirname, 'endless-producer.ts'), [corner.natsUrl, corner.subjectPrefix])
    cleanUp.push(() => void producer.kill('SIGKILL'))
    await once(producer, 'message')
    const reading = client.stream(lab.count, { count: 0 })
    await reading.next()
    producer.kill('SIGKILL')
    expect(await problemOf(collect(reading))).toMatchObject({ code: 'timeout', retryable: true })
  })

  test('nobody serves is unavailable at once', async () => {
    expect(await problemOf(collect(client.stream(lab.count, { count: 1 })))).toMatchObject({ code: 'unavailable' })
  })

  test('with a bad payload is a bad request', async () => {
    await serving(server.handle(lab.count, ({ count }) => countTo(count)))
    expect(await problemOf(collect(client.stream(lab.count, { count: -1 })))).toMatchObject({
      code: 'bad-request',
      issues: [{ path: 'count' }],
    })
  })

  test('whose handler throws gives what came before, then internal without its text', async () => {
    await serving(
      server.handle(lab.count, async function* () {
        yield { count: 1 }
        throw new Error('secret')
      }),
    )
    const seen: number[] = []
    const problem = await problemOf(
      (async () => {
        for await (const { count } of client.stream(lab.count, { count: 0 })) seen.push(count)
      })(),
    )
    expect(seen).toEqual([1])
    expect(problem.code).toBe('internal')
    expect(problem.message).not.toContain('secret')
  })

  test('that is left early stops its producer', async () => {
    const stopped = signalOf<unknown>()
    let ended = false
    await serving(
      server.handle(lab.count, async function* (_input, { signal }) {
        signal.addEventListener('abort', () => stopped.resolve(signal.reason))
        try {
          for (let count = 0; ; count++) yield { count }
        } finally {
          ended = true
        }
      }),
    )
    for await (const { count } of client.stream(lab.count, { count: 0 })) if (count === 3) break
    expect(await stopped.promise).toMatchObject({ name: 'AbortError' })
    await expect.poll(() => ended).toBe(true)
    expect(served).toEqual([])
  })

  test('whose signal is aborted stops both ends, also while the handler waits for something', async () => {
    const stopped = signalOf()
    const started = signalOf()
    await serving(
      server.handle(lab.count, async function* (_input, { signal }) {
        yield { count: 1 }
        started.resolve()
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        stopped.resolve()
      }),
    )
    const abort = new AbortController()
    const reading = collect(client.stream(lab.count, { count: 0 }, { signal: abort.signal }))
    await started.promise
    abort.abort('enough')
    await expect(reading).rejects.toBe('enough')
    await stopped.promise
  })

  test('that is left before it was accepted still stops its producer', async () => {
    const stopped = signalOf()
    await serving(
      server.handle(lab.count, async function* (_input, { signal }) {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        stopped.resolve()
        yield { count: 1 }
      }),
    )
    const abort = new AbortController()
    const reading = collect(client.stream(lab.count, { count: 0 }, { signal: abort.signal }))
    abort.abort('changed my mind')
    await expect(reading).rejects.toBe('changed my mind')
    await stopped.promise
  })

  test('whose consumer dies stops its producer', async () => {
    const stopped = signalOf<Error>()
    const started = signalOf()
    await serving(
      server.handle(lab.count, async function* (_input, { signal }) {
        signal.addEventListener('abort', () => stopped.resolve(signal.reason as Error))
        started.resolve()
        for (let count = 0; ; count++) yield { count }
      }),
    )
    const dying = await connectTo('dying', 0)
    const reading = dying.stream(lab.count, { count: 0 })
    await reading.next()
    await started.promise
    await dying.drain()
    expect((await stopped.promise).message).toContain('silent')
  })

  test('with a slow reader makes the producer wait', async () => {
    let produced = 0
    await serving(
      server.handle(lab.media, async function* () {
        for (;;) {
          produced++
          yield new Uint8Array(64 * 1024)
        }
      }),
    )
    const reading = client.stream(lab.media, { count: 0 })
    await reading.next()
    await expect.poll(() => produced).toBeGreaterThanOrEqual(lab.media.window)
    // Longer than the idle limit: a reader that takes its time is not a dead one.
    await delay(lab.media.idleMs * 1.5)
    expect(produced).toBeLessThanOrEqual(lab.media.window + 2)
    for (let index = 0; index < 100; index++) await reading.next()
    expect(produced).toBeLessThanOrEqual(101 + lab.media.window + 2)
    await reading.return()
  })

  test('does not starve requests', async () => {
    const gate = signalOf()
    await serving(
      server.handle(
        lab.count,
        async function* () {
          await gate.promise
          yield { count: 1 }
        },
        { concurrency: 2 },
      ),
    )
    await serving(server.handle(lab.echo, (input) => input))
    const streams = Array.from({ length: 4 }, () => collect(client.stream(lab.count, { count: 0 })))
    expect(await client.request(lab.echo, { text: 'still here' })).toEqual({ text: 'still here' })
    gate.resolve()
    await Promise.all(streams)
  })
})

describe('event and bytes', () => {
  test('events reach every listener, in order, one after the other', async () => {
    const seen: number[][] = [[], []]
    const done = [signalOf(), signalOf()]
    for (const index of [0, 1]) {
      await serving(
        server.on(lab.happened, async ({ count }) => {
          await delay(count % 3)
          seen[index]?.push(count)
          if (count === 49) done[index]?.resolve()
        }),
      )
    }
    for (let count = 0; count < 50; count++) client.publish(lab.happened, { count })
    await Promise.all(done.map(({ promise }) => promise))
    expect(seen[0]).toEqual(Array.from({ length: 50 }, (_, index) => index))
    expect(seen[1]).toEqual(seen[0])
  })

  test('a listener that throws gets the next event all the same', async () => {
    const second = signalOf<number>()
    await serving(
      server.on(lab.happened, ({ count }) => {
        if (count === 1) throw new Error('once')
        second.resolve(count)
      }),
    )
    client.publish(lab.happened, { count: 1 })
    client.publish(lab.happened, { count: 2 })
    expect(await second.promise).toBe(2)
    expect(served).toHaveLength(1)
  })

  test('listeners of one group share the events', async () => {
    const seen: number[] = []
    const all = signalOf()
    for (let index = 0; index < 2; index++) {
      await serving(
        server.on(
          lab.happened,
          ({ count }) => {
            if (seen.push(count) === 20) all.resolve()
          },
          { group: 'once' },
        ),
      )
    }
    for (let count = 0; count < 20; count++) client.publish(lab.happened, { count })
    await all.promise
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index))
  })

  test('bytes arrive in order under their token', async () => {
    const seen: number[] = []
    const last = signalOf()
    await serving(
      server.onBytes(
        lab.frames,
        (data, { tokens }) => {
          expect(tokens).toEqual({ deviceId: 'd1' })
          seen.push(data[0] ?? -1)
          if (data[0] === 99) last.resolve()
        },
        { tokens: { deviceId: 'd1' } },
      ),
    )
    for (let index = 0; index < 100; index++)
      client.publishBytes(lab.frames, Uint8Array.of(index), { tokens: { deviceId: 'd1' } })
    await last.promise
    expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index))
  })
})

describe('pin', () => {
  test('serves several subjects of one owner until it stops', async () => {
    const kicked = signalOf<string>()
    const pin = server.pin(
      [
        pinned(lab.call, ({ text }) => ({ text: `called ${text}` })),
        pinned(lab.say, ({ text }) => ({ text: `said ${text}` })),
        pinned(lab.kick, ({ text }) => kicked.resolve(text)),
      ],
      { deviceId: 'aa:01' },
    )
    await server.flush()
    const tokens = { deviceId: 'aa:01' }
    expect(await client.request(lab.call, { text: 'a' }, { tokens })).toEqual({ text: 'called a' })
    expect(await client.request(lab.say, { text: 'b' }, { tokens })).toEqual({ text: 'said b' })
    client.publish(lab.kick, { text: 'out' }, { tokens })
    expect(await kicked.promise).toBe('out')
    pin.stop()
    await server.flush()
    expect(await problemOf(client.request(lab.call, { text: 'a' }, { tokens }))).toMatchObject({ code: 'unavailable' })
  })

  test('takes subjects of one owner only', () => {
    expect(() =>
      server.pin([pinned(lab.call, (input) => input), pinned(lab.echo, (input) => input)], { deviceId: 'x' }),
    ).toThrow('one owner')
  })
})

describe('drain', () => {
  test('answers what is in flight and takes nothing new', async () => {
    const leaving = await connectTo('leaving')
    const gate = signalOf()
    const started = signalOf()
    leaving.handle(lab.echo, async (input) => {
      started.resolve()
      await gate.promise
      return input
    })
    leaving.handle(lab.count, async function* () {
      yield { count: 1 }
      await gate.promise
      yield { count: 2 }
    })
    await leaving.flush()
    const answer = client.request(lab.echo, { text: 'in flight' })
    const chunks = client.stream(lab.count, { count: 0 })
    await chunks.next()
    await started.promise
    const drained = leaving.drain()
    await leaving.flush()
    expect(await problemOf(client.request(lab.echo, { text: 'new' }))).toMatchObject({ code: 'unavailable' })
    gate.resolve()
    expect(await answer).toEqual({ text: 'in flight' })
    expect(await chunks.next()).toMatchObject({ value: { count: 2 } })
    expect(await chunks.next()).toMatchObject({ done: true })
    await drained
  })

  test('tells the reader of a stream that does not end in time', async () => {
    const leaving = await connectTo('leaving', 50)
    leaving.handle(lab.count, async function* (_input, { signal }) {
      yield { count: 1 }
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    })
    await leaving.flush()
    const chunks = client.stream(lab.count, { count: 0 })
    await chunks.next()
    const drained = leaving.drain()
    expect(await problemOf(chunks.next())).toMatchObject({ code: 'unavailable', retryable: true })
    await drained
  })
})
