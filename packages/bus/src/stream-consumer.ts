import { fromProblemBody, Problem, type StreamContract } from '@parley/contracts'
import type { Msg, NatsConnection } from 'nats'
import type { SignCaller } from './identities.ts'
import type { Mailbox } from './mailbox.ts'
import { control, decodeChunks, decodePart, encodeControl, encodeCredit, part } from './stream-wire.ts'
import { decodeAnswer, encodeCallHeaders, encodeJson, saysNoResponders } from './wire.ts'

export type StreamOptions = {
  signal?: AbortSignal
  /** Chunks that may be under way unread; the contract's own is the most. */
  window?: number
}

/**
 * The reading end of a stream. It grants credit as chunks are taken, so that a slow reader slows the producer, and it
 * fails when the producer is silent for the contract's idle limit. Leaving the loop early cancels the producer.
 */
export async function* consumeStream(
  connection: NatsConnection,
  mailbox: Mailbox,
  contract: StreamContract,
  subject: string,
  input: unknown,
  options: StreamOptions,
  signCaller: SignCaller,
): AsyncGenerator<unknown, void, undefined> {
  const { signal } = options
  signal?.throwIfAborted()
  const signing = signCaller()
  const identity = signing && (await signing)
  signal?.throwIfAborted()
  const window = Math.min(options.window ?? contract.window, contract.window)
  const grantAt = Math.max(1, window >> 1)

  const chunks: Uint8Array[] = []
  let producer: string | undefined
  let nextSequence = 0
  let outcome: { failure?: unknown } | undefined
  let endedByProducer = false
  let wake: (() => void) | undefined
  let taken = 0
  let lastHeardAt = performance.now()

  function end(result: { failure?: unknown }) {
    outcome ??= result
    wake?.()
  }

  function tell(body: Uint8Array) {
    if (producer && !connection.isClosed()) connection.publish(producer, body)
  }

  function receive(message: Msg) {
    lastHeardAt = performance.now()
    if (outcome) {
      // A reader that left before the producer was known can cancel it only now.
      if (!producer && message.reply) connection.publish(message.reply, encodeControl(control.cancel))
      return
    }
    if (saysNoResponders(message)) {
      endedByProducer = true
      return end({ failure: new Problem('unavailable', `Nobody serves ${contract.subject} at the moment`) })
    }
    const read = decodePart(message.data)
    if (!read || read.sequence !== nextSequence) {
      return end({ failure: new Problem('unavailable', `The stream ${contract.subject} lost a part`) })
    }
    nextSequence++
    if (read.kind === part.accepted) producer = message.reply
    else if (read.kind === part.chunks) {
      const received = decodeChunks(read.body)
      if (!received) return end({ failure: new Problem('unavailable', `The stream ${contract.subject} is garbled`) })
      for (const chunk of received) chunks.push(chunk)
      wake?.()
    } else if (read.kind === part.end || read.kind === part.problem) {
      endedByProducer = true
      end(read.kind === part.end ? {} : { failure: readFailure(read.body) })
    }
  }

  const { address, close } = mailbox.open(receive)
  const watch = setInterval(() => {
    if (performance.now() - lastHeardAt < contract.idleMs) return tell(encodeControl(control.alive))
    end({ failure: new Problem('timeout', `${contract.subject} was silent for ${contract.idleMs} ms`) })
  }, contract.idleMs / 3)
  const onAbort = () => end({ failure: signal?.reason })
  signal?.addEventListener('abort', onAbort, { once: true })

  try {
    const headers = encodeCallHeaders({ window: window === contract.window ? undefined : window, identity })
    connection.publish(subject, encodeJson(input), headers ? { reply: address, headers } : { reply: address })
    for (;;) {
      // An abort drops what is unread; a producer's own end lets the reader finish what came before it.
      if (signal?.aborted) throw signal.reason
      const chunk = chunks.shift()
      if (chunk) {
        if (++taken >= grantAt && !outcome) {
          tell(encodeCredit(taken))
          taken = 0
        }
        yield readChunk(contract, chunk)
      } else if (outcome) {
        if ('failure' in outcome) throw outcome.failure
        return
      } else {
        await new Promise<void>((resolve) => (wake = resolve))
        wake = undefined
      }
    }
  } finally {
    clearInterval(watch)
    signal?.removeEventListener('abort', onAbort)
    if (endedByProducer || producer) {
      if (!endedByProducer) tell(encodeControl(control.cancel))
      close()
    } else {
      // Not accepted yet: stay to cancel a producer that still answers, no longer than it may be silent.
      end({})
      setTimeout(close, contract.idleMs).unref()
    }
  }
}

function readChunk(contract: StreamContract, chunk: Uint8Array): unknown {
  if (contract.chunk === 'bytes') return chunk
  const read = contract.chunk.safeParse(decodeAnswer(chunk))
  if (read.success) return read.data
  throw new Problem('internal', `A chunk of ${contract.subject} breaks its contract`, { cause: read.error })
}

function readFailure(body: Uint8Array): unknown {
  try {
    return fromProblemBody(decodeAnswer(body))
  } catch (error) {
    return error
  }
}
