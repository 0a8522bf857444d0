import { readTokens, type BytesContract, type EventContract } from '@parley/contracts'
import type { Msg } from 'nats'
import type { z } from 'zod'
import { withContext } from './context.ts'
import { decodeJson, readContext, readEventId } from './wire.ts'

export type EventHandler<C extends EventContract = EventContract> = (
  payload: z.output<C['payload']>,
  /** `id` is the same for everybody who hears the event. */
  context: { tokens: Record<string, string>; id: string },
) => Promise<void> | void

export type BytesHandler = (data: Uint8Array, context: { tokens: Record<string, string> }) => void

/** Events that one listener may have waiting; a listener that falls behind further loses the newest, and says so. */
const mostWaitingEvents = 10_000

/**
 * Hands events to a handler one after the other, in the order in which they arrived. A handler that throws is reported
 * and the next event goes on.
 */
export function createEventQueue<C extends EventContract>(
  contract: C,
  pattern: string,
  handler: EventHandler<C>,
  onError: (error: unknown, subject: string) => void,
): { push: (message: Msg) => void; idle: () => Promise<void> } {
  let tail: Promise<void> = Promise.resolve()
  let waiting = 0

  async function deliver(message: Msg) {
    try {
      const payload = contract.payload.parse(decodeJson(message.data)) as z.output<C['payload']>
      await handler(payload, { tokens: readTokens(pattern, message.subject), id: readEventId(message) })
    } catch (error) {
      onError(error, contract.subject)
    }
  }

  return {
    push: (message) => {
      if (waiting >= mostWaitingEvents) {
        return onError(new Error(`An event was dropped: ${mostWaitingEvents} are waiting`), contract.subject)
      }
      waiting++
      tail = tail.then(() => withContext(readContext(message), () => deliver(message))).finally(() => waiting--)
    },
    idle: () => tail,
  }
}

export function createBytesReceiver(
  contract: BytesContract,
  pattern: string,
  handler: BytesHandler,
  onError: (error: unknown, subject: string) => void,
): (message: Msg) => void {
  return (message) => {
    try {
      handler(message.data, { tokens: readTokens(pattern, message.subject) })
    } catch (error) {
      onError(error, contract.subject)
    }
  }
}
