import { Problem, type Conversation, type Message, type Person } from '@parley/contracts'
import { readPosition, writePosition } from './conversation-cursor.ts'
import type { HistoryStore } from './ports.ts'

type List = { after?: string | undefined; limit: number; deviceId?: string | undefined; search?: string | undefined }
type Read = { conversationId: string; before?: string | undefined; limit: number }

/** What an owner reads of their conversations. */
export type Conversations = {
  /** @throws Problem `bad-request` for a cursor that is none */
  list: (person: Person, page: List) => Promise<{ conversations: Conversation[]; next?: string }>
  /** @throws Problem `not-found` for a conversation that is not the person's */
  read: (person: Person, page: Read) => Promise<{ conversation: Conversation; messages: Message[]; before?: string }>
  /** @throws Problem `not-found`, here and below */
  rename: (person: Person, given: { conversationId: string; title: string | null }) => Promise<Conversation>
  delete: (person: Person, conversationId: string) => Promise<{ deleted: boolean }>
}

export function createConversations({ history }: { history: HistoryStore }): Conversations {
  async function find({ userId }: Person, conversationId: string): Promise<Conversation> {
    const conversation = await history.find(conversationId, userId)
    if (!conversation) throw noSuchConversation()
    return conversation
  }

  return {
    list: async ({ userId: ownerId }, { after, limit, deviceId, search }) => {
      const position = after === undefined ? undefined : readPosition(after)
      const found = await history.list({ ownerId, deviceId, search, after: position, limit: limit + 1 })
      const conversations = found.slice(0, limit)
      const last = conversations.at(-1)
      return { conversations, ...(found.length > limit && last && { next: writePosition(last) }) }
    },

    read: async (person, { conversationId, before, limit }) => {
      const conversation = await find(person, conversationId)
      const found = await history.listMessages({ conversationId, before, limit: limit + 1 })
      return { conversation, ...newestPage(found, limit) }
    },

    rename: async (person, { conversationId, title }) => {
      if (!(await history.rename(conversationId, person.userId, title))) throw noSuchConversation()
      return find(person, conversationId)
    },

    delete: async ({ userId }, conversationId) => {
      if (!(await history.delete(conversationId, userId))) throw noSuchConversation()
      return { deleted: true }
    },
  }
}

function noSuchConversation(): Problem {
  return new Problem('not-found', 'There is no such conversation')
}

/** The page of messages that was wanted, when one more was asked for: `before` is given when there are older ones. */
export function newestPage(found: Message[], limit: number): { messages: Message[]; before?: string } {
  const messages = found.slice(-limit)
  const oldest = messages[0]
  return { messages, ...(found.length > limit && oldest && { before: oldest.id }) }
}
