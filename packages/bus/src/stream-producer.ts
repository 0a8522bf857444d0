import {
  parseAs,
  Problem,
  readTokens,
  toProblem,
  toProblemBody,
  type ChunkOf,
  type StreamContract,
} from '@parley/contracts'
import type { Msg, NatsConnection } from 'nats'
import type { z } from 'zod'
import { currentContext, withContext } from './context.ts'
import type { Admit } from './identities.ts'
import type { Mailbox } from './mailbox.ts'
import type { HandlerContext } from './requests.ts'
import { control, decodeControl, encodeChunks, encodePart, part, type Chunk, type PartKind } from './stream-wire.ts'
import { checkLength, decodeJson, encodeJson, maxMessageBytes, readContext, readWindow, toJson } from './wire.ts'

export type StreamHandler<C extends StreamContract = StreamContract> = (
  input: z.output<C['input']>,
  context: HandlerContext<C['access']>,
) => AsyncIterable<ChunkOf<C['chunk']>>

/** The consumer is gone or no longer wants the rest. Not an error: the handler's signal carries it as its reason. */
export class StreamCancelled extends Error {
  override readonly name = 'AbortError'
}

/**
 * The writing end of a stream: takes the handler's chunks only while the consumer has granted credit, shows signs of
 * life while the handler works, and always ends: with the end, a problem, or at the consumer's wish.
 * @param stop aborted when this instance must go now; the consumer gets its reason as a problem.
 */
export function produceStream(
  connection: NatsConnection,
  mailbox: Mailbox,
  contract: StreamContract,
  pattern: string,
  message: Msg,
  handler: StreamHandler,
  stop: AbortSignal,
  admit: Admit,
  onError: (error: unknown, subject: string) => void,
): Promise<void> {
  const work = readContext(message)
  return withContext(work, async () => {
    const consumer = message.reply
    if (!consumer) return
    const cancel = new AbortController()
    let credit = readWindow(message, contract.window)
    let sequence = 0
    let grant: (() => void) | undefined
    let interrupt: ((reason: unknown) => void) | undefined
    let lastHeardAt = performance.now()
    let ready: Chunk[] = []
    let readyBytes = 0

    const { address, close } = mailbox.open((told) => {
      lastHeardAt = performance.now()
      const read = decodeControl(told.data)
      if (read?.kind === control.cancel) return abort(new StreamCancelled('The consumer cancelled the stream'))
      credit += read?.credit ?? 0
      if (read?.credit) grant?.()
    })

    function abort(reason: unknown) {
      if (cancel.signal.aborted) return
      cancel.abort(reason)
      interrupt?.(reason)
    }

    /** Waits for the handler or the consumer, but not beyond an abort. */
    function interruptible<T>(promise: Promise<T>): Promise<T> {
      return new Promise((resolve, reject) => {
        interrupt = reject
        promise.then(resolve, reject)
        if (cancel.signal.aborted) reject(cancel.signal.reason)
      })
    }

    function send(kind: PartKind, body?: Uint8Array) {
      flush()
      if (connection.isClosed()) return
      const options = kind === part.accepted ? { reply: address } : undefined
      connection.publish(consumer!, encodePart(kind, sequence++, body), options)
    }

    function sendChunk(value: unknown) {
      const content = contract.chunk === 'bytes' ? (value as Uint8Array) : toJson(value)
      const size = checkLength(typeof content === 'string' ? Buffer.byteLength(content) : content.length)
      if (readyBytes + size > maxMessageBytes) flush()
      ready.push({ content, size })
      readyBytes += size
      // After all that is ready at this moment has been said, and before anything else happens.
      if (ready.length === 1) process.nextTick(flush)
    }

    function flush() {
      if (ready.length === 0) return
      if (!connection.isClosed()) connection.publish(consumer!, encodeChunks(sequence++, ready))
      ready = []
      readyBytes = 0
    }

    const watch = setInterval(() => {
      if (performance.now() - lastHeardAt < contract.idleMs) send(part.alive)
      else abort(new StreamCancelled(`The consumer was silent for ${contract.idleMs} ms`))
    }, contract.idleMs / 3)
    const onStop = () => abort(stop.reason)
    stop.addEventListener('abort', onStop, { once: true })

    let iterator: AsyncIterator<unknown> | undefined
    send(part.accepted)
    try {
      const identity = (work.identity = await admit(contract, message))
      const input = parseAs(contract.input, decodeJson(message.data), 'The request')
      const context = { signal: cancel.signal, tokens: readTokens(pattern, message.subject), identity }
      iterator = handler(input, context)[Symbol.asyncIterator]()
      for (;;) {
        const next = await interruptible(iterator.next())
        if (next.done) break
        if (credit === 0) await interruptible(new Promise<void>((resolve) => (grant = resolve)))
        credit--
        sendChunk(next.value)
      }
      send(part.end)
    } catch (error) {
      const cause = cancel.signal.aborted ? cancel.signal.reason : error
      if (!(cause instanceof StreamCancelled)) {
        onError(cause, contract.subject)
        send(part.problem, encodeJson(toProblemBody(toProblem(cause), currentContext()?.requestId)))
      }
    } finally {
      clearInterval(watch)
      stop.removeEventListener('abort', onStop)
      close()
      // The handler's own clean-up counts as work under way: a drain waits for it.
      await iterator?.return?.().then(undefined, () => undefined)
    }
  })
}

/** Refuses a stream that cannot be started. */
export function refuseStream(connection: NatsConnection, message: Msg, problem: Problem): void {
  if (message.reply) connection.publish(message.reply, encodePart(part.problem, 0, encodeJson(toProblemBody(problem))))
}
