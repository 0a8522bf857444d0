import { chat, Problem, type AskInput, type CompletePart, type ReplyPart, type Voice } from '@parley/contracts'
import { z } from 'zod'
import { serving, type Exchange, type Route } from './route.ts'
import { synthesizeToLink } from './speech-calls.ts'

const Text = z.string().trim().min(1).max(8_000)
/** What is said of an answer at most: about ten minutes. */
const mostSpoken = 10_000
const own = { tag: 'Chat', auth: 'user', scope: 'chat', rate: 'chat', envelope: 'companion' } as const

const Single = z.object({ message: Text, agent_id: z.uuid().optional() })
const Multi = Single.extend({
  conversation_id: z.uuid().optional(),
  language: z.string().max(35).optional(),
  /** Whether the answer is wanted as sound as well. */
  speech: z.boolean().default(false),
})

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
    answer: {
      schema: z.object({
        text: z.string(),
        conversation_id: z.uuid(),
        turn_id: z.uuid(),
        /** With `speech`: where the answer is as MP3, for an hour; `null` when it could not be said. */
        audio_url: z.string().nullable().optional(),
      }),
    },
    handle: async ({
      body: { message: text, conversation_id: conversationId, agent_id: agentId, language, speech },
      ...exchange
    }) => {
      const { voice, ...answer } = await askWhole({ text, conversationId, agentId, language }, exchange)
      if (!speech) return answer
      return { ...answer, audio_url: await say(answer.text, { language, ...voice }, { ...exchange, body: undefined }) }
    },
  }),
]

async function askWhole(
  question: Omit<AskInput, 'turnId'>,
  { bus, newId, signal }: Pick<Exchange, 'bus' | 'newId' | 'signal'>,
) {
  const turnId = newId()
  let text = ''
  let conversationId = ''
  let voice: Voice = {}
  for await (const part of bus.stream(chat.ask, { turnId, ...question }, { signal }) as AsyncIterable<ReplyPart>) {
    if (part.type === 'started') {
      conversationId = part.conversationId
      voice = part.voice
    } else if (part.type === 'text-delta') text += part.text
  }
  return { text, conversation_id: conversationId, turn_id: turnId, voice }
}

/** An answer is an answer without its sound as well. */
async function say(text: string, voice: Voice, exchange: Exchange): Promise<string | null> {
  const spoken = text.slice(0, mostSpoken)
  try {
    return (await synthesizeToLink({ text: spoken, voice, format: 'mp3' }, exchange)).audio_url
  } catch (error) {
    exchange.signal.throwIfAborted()
    if (error instanceof Problem) return null
    throw error
  }
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
