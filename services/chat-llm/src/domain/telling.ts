import type { Message } from '@parley/contracts'
import type { Audience, Clock, OpenConversation } from './ports.ts'

/** What the owner's apps see of one turn as it happens. */
export type Telling = {
  message: (message: Message) => void
  delta: (text: string) => void
  /** Says what has been held back. */
  flush: () => void
}

/** Pieces of an answer travel together: one a token would be many times the messages for nothing that an eye can see. */
const togetherMs = 80

/** Tells the apps of a conversation's owner; nobody when it has none. */
export function createTelling(
  { id: conversationId, ownerId, deviceId }: Pick<OpenConversation, 'id' | 'ownerId' | 'deviceId'>,
  turnId: string,
  { audience, clock }: { audience: Audience; clock: Pick<Clock, 'monotonicMs'> },
): Telling {
  let held = ''
  let toldAt = Number.NEGATIVE_INFINITY

  function flush() {
    if (ownerId === undefined || held === '') return
    audience.tell(ownerId, { type: 'message-delta', conversationId, turnId, text: held })
    held = ''
    toldAt = clock.monotonicMs()
  }

  return {
    message: (message) => {
      if (ownerId !== undefined) audience.tell(ownerId, { type: 'message', conversationId, deviceId, message })
    },
    delta: (text) => {
      held += text
      if (clock.monotonicMs() - toldAt >= togetherMs) flush()
    },
    flush,
  }
}
