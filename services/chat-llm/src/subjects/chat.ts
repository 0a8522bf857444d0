import type { Bus } from '@parley/bus'
import { chat } from '@parley/contracts'
import type { Clock, ConversationStore } from '../domain/ports.ts'
import type { Replier } from '../domain/reply.ts'
import { retry } from '../domain/retry.ts'

export type ChatSubjects = {
  bus: Bus
  reply: Replier
  conversations: ConversationStore
  clock: Clock
  newId: () => string
}

/** Serves `chat.v1.*`. `turn-ended` is at least once: a caller that reports twice makes it happen twice. */
export function serveChat({ bus, reply, conversations, clock, newId }: ChatSubjects): void {
  bus.handle(chat.reply, reply)

  bus.handle(chat.recordHeard, async (heard) => {
    const message = { ...heard, id: newId(), at: clock.date() }
    const recorded = await retry(() => conversations.recordHeard(message), clock)
    if (recorded) bus.publish(chat.turnEnded, heard)
    return { recorded }
  })

  bus.handle(chat.listMessages, async ({ deviceId, before, limit }) => {
    const found = await conversations.listMessages({ deviceId, before, limit: limit + 1 })
    const messages = found.slice(-limit)
    const oldest = messages[0]
    return { messages, ...(found.length > limit && oldest && { before: oldest.id }) }
  })
}
