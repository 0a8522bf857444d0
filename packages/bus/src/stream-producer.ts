import { parseAs, Problem, readTokens, toProblem, toProblemBody, type ChunkOf, type StreamContract } from '@parley/contracts'
import type { Msg, NatsConnection } from 'nats'
import type { z } from 'zod'
import { currentContext, withContext } from './context.ts'
import type { Mailbox } from './mailbox.ts'
import type { HandlerContext } from './requests.ts'
import { control, decodeControl, encodePart, part, type PartKind } from './stream-wire.ts'
import { untilAborted } from './until-aborted.ts'
import { checkSize, decodeJson, encodeJson, readContext, readWindow } from './wire.ts'

export type StreamHandler<C extends StreamContract = StreamContract> = (
  input: z.output<C['input']>,
  context: HandlerContext,
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
  onError: (error: unknown, subject: string) => void,
): Promise<void> {
  return withContext(readContext(message), async () => {
    const consumer = message.reply
    if (!consumer) return
    const cancel = new AbortController()
    let credit = readWindow(message, contract.window)
    let sequence = 0
    let wake: (() => void) | undefined
    let lastHeardAt = performance.now()

    const { address, close } = mailbox.open((told) => {
      lastHeardAt = performance.now()
      const read = decodeControl(told.data)
      if (read?.kind === control.cancel) return abort(new StreamCancelled('The consumer cancelled the stream'))
      credit += read?.credit ?? 0
      if (read?.credit) wake?.()
    })
    function abort(reason: unknown) {
      cancel.abort(reason)
      wake?.()
    }
    function send(kind: PartKind, body?: Uint8Array) {
      if (connection.isClosed()) return
      connection.publish(consumer!, encodePart(kind, sequence++, body), kind === part.accepted ? { reply: address } : {})
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
      const input = parseAs(contract.input, decodeJson(message.data), 'The request')
      iterator = handler(input, { signal: cancel.signal, tokens: readTokens(pattern, message.subject) })[
        Symbol.asyncIterator
      ]()
      for (;;) {
        const next = await untilAborted(iterator.next(), cancel.signal)
        if (next.done) break
        while (credit === 0 && !cancel.signal.aborted) {
          await new Promise<void>((resolve) => (wake = resolve))
          wake = undefined
        }
        cancel.signal.throwIfAborted()
        credit--
        send(part.chunk, contract.chunk === 'bytes' ? checkSize(next.value as Uint8Array) : encodeJson(next.value))
      }
      cancel.signal.throwIfAborted()
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
