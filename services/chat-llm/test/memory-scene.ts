import { chat, memory, type Person, type ReplyPart } from '@parley/contracts'
import { callAs } from '@parley/test-caller'
import { startOpenAiFake, type FakeRequest } from '@parley/testkit/openai-fake'
import { v7 as newId } from 'uuid'
import { collect, openChat, type ChatFixture } from './fixture.ts'

type ChatRequest = Extract<FakeRequest, { kind: 'chat' }>

/** What a model finds in what a user said, by a piece of it. */
export type Finding = { in: string; fact: string; replaces?: string; forget?: string }

export type MemoryScene = AsyncDisposable & {
  service: ChatFixture
  /** Asks in a new conversation unless one is named, and gives its id. */
  ask: (person: Person, text: string, more?: { conversationId?: string; agentId?: string }) => Promise<string>
  /** Resolves when everything that was said in it so far has been looked through. */
  reviewed: (conversationId: string) => Promise<void>
  /** The system prompt of the last reply. */
  lastPrompt: () => string
  /** What was sent to the model for a task, as one text each. */
  tasks: (beginsWith: string) => string[]
  factsOf: (person: Person) => Promise<string[]>
}

const findingTask = 'You keep the memory'

/** chat-llm with a model that finds what the scene tells it to find, and says otherwise what `answers` says. */
export async function openMemoryScene(
  { findings, answers = {} }: { findings: Finding[]; answers?: Record<string, string> },
  environment: Record<string, string> = {},
): Promise<MemoryScene> {
  await using stack = new AsyncDisposableStack()
  const fake = stack.use(
    await startOpenAiFake({
      chat: (body) => {
        const [system, question] = [textOf(body.messages[0]), textOf(body.messages.at(-1))]
        if (system.startsWith(findingTask)) return { text: find(question, findings) }
        if (system.startsWith('You give conversations titles')) return { text: '"A title."' }
        if (system.startsWith('You keep the notes')) return { text: `Notes: ${question.split('\n').length} lines.` }
        return { text: answers[question] ?? 'I see.' }
      },
    }),
  )
  const service = stack.use(
    await openChat({
      LLM_BASE_URL: fake.baseUrl,
      LLM_API_KEY: 'k',
      LLM_MODEL: 'm',
      REVIEWS: 'on',
      REVIEW_QUIET_MS: '0',
      RECALL_TIMEOUT_MS: '5000',
      ...environment,
    }),
  )
  const chats = () => fake.requests.filter((request): request is ChatRequest => request.kind === 'chat')
  const systemOf = ({ body }: ChatRequest) => textOf(body?.messages[0])
  const owned = stack.move()
  return {
    service,
    ask: async (person, text, more = {}) => {
      const input = { turnId: newId(), text, ...more }
      const parts = await callAs(person, () => collect(service.bus.stream(chat.ask, input)))
      return (parts[0] as Extract<ReplyPart, { type: 'started' }>).conversationId
    },
    reviewed: async (conversationId) => {
      const giveUpAt = performance.now() + 8_000
      while (performance.now() < giveUpAt) {
        const [row] = await service.query(
          `SELECT reviewed_at >= last_message_at AND claimed_until IS NULL AS done FROM conversations WHERE id = '${conversationId}'`,
        )
        if (row?.['done'] === true) return
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      throw new Error(`It was not looked through: ${service.lines.slice(-3).join('')}`)
    },
    lastPrompt: () => systemOf(chats().findLast((request) => systemOf(request).startsWith('You are Parley'))!),
    tasks: (beginsWith) =>
      chats()
        .filter((request) => systemOf(request).startsWith(beginsWith))
        .map(({ body }) => textOf(body?.messages[1])),
    factsOf: async (person) => {
      const { facts } = await callAs(person, () => service.bus.request(memory.listFacts, { limit: 100 }))
      return facts.map(({ text }) => text).toReversed()
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function textOf(message: { content?: unknown } | undefined): string {
  return typeof message?.content === 'string' ? message.content : ''
}

/** As a model would: it reads the numbered lines, and gives their numbers back. */
function find(question: string, findings: Finding[]): string {
  const [before = '', said = ''] = question.split('What the user said:')
  const known = before.split('\n').filter((line) => /^\d+\. /.test(line))
  const messages = said.split('\n').filter((line) => /^\d+\. /.test(line))
  const numberOf = (lines: string[], piece: string | undefined) =>
    piece === undefined ? 0 : lines.findIndex((line) => line.includes(piece)) + 1
  const found = findings.filter((finding) => numberOf(messages, finding.in) > 0)
  return JSON.stringify({
    facts: found
      .filter(({ fact }) => fact !== '')
      .map(({ fact, replaces, in: piece }) => ({
        text: fact,
        message: numberOf(messages, piece),
        replaces: numberOf(known, replaces) || null,
      })),
    forget: found.map(({ forget }) => numberOf(known, forget)).filter(Boolean),
  })
}
