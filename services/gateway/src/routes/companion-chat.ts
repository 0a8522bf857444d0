import { chat, type AskInput, type CompletePart, type ReplyPart } from '@parley/contracts'
import { z } from 'zod'
import { serving, type Exchange, type Route } from './route.ts'

const Text = z.string().trim().min(1).max(8_000)
const own = { tag: 'Chat', auth: 'user', scope: 'chat', rate: 'chat', envelope: 'companion' } as const

const Single = z.object({ message: Text, agent_id: z.uuid().optional() })
const Multi = Single.extend({ conversation_id: z.uuid().optional(), language: z.string().max(35).optional() })

/** The chat of the companion app: one question, one whole answer. */
export const companionChatRoutes: Route[] = [
  serving({
    ...own,
    method: 'post',
    path: '/api/ai/chat',
    operationId: 'chatOnce',
    summary: 'One question without a history; nothing is stored',
    body: Single,
    contract: chat.complete,
    answer: { schema: z.object({ text: z.string(), model: z.string() }) },
    handle: async ({ bus, body: { message, agent_id: agent = 'default' as const }, signal }) => {
      const messages = [{ role: 'user' as const, text: message }]
      return collectCompletion(bus.stream(chat.complete, { agent, messages }, { signal }))
    },
  }),
  serving({
    ...own,
    method: 'post',
    path: '/api/ai/multi-chat',
    operationId: 'chat',
    summary: 'A question in a conversation: a new one, or the one with `conversation_id`, a device’s own as well',
    idempotent: true,
    body: Multi,
    contract: chat.ask,
    answer: { schema: z.object({ text: z.string(), conversation_id: z.uuid(), turn_id: z.uuid() }) },
    handle: async ({
      body: { message: text, conversation_id: conversationId, agent_id: agentId, language },
      ...exchange
    }) => askWhole({ text, conversationId, agentId, language }, exchange),
  }),
]

async function askWhole(
  question: Omit<AskInput, 'turnId'>,
  { bus, newId, signal }: Pick<Exchange, 'bus' | 'newId' | 'signal'>,
) {
  const turnId = newId()
  let text = ''
  let conversationId = ''
  for await (const part of bus.stream(chat.ask, { turnId, ...question }, { signal }) as AsyncIterable<ReplyPart>) {
    if (part.type === 'started') conversationId = part.conversationId
    else if (part.type === 'text-delta') text += part.text
  }
  return { text, conversation_id: conversationId, turn_id: turnId }
}

async function collectCompletion(parts: AsyncIterable<CompletePart>) {
  let text = ''
  let model = ''
  for await (const part of parts) {
    if (part.type === 'started') model = part.model
    else if (part.type === 'text-delta') text += part.text
  }
  return { text, model }
}
