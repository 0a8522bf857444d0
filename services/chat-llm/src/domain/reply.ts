import type { DeviceTool, ReplyPart } from '@parley/contracts'
import { answer } from './answer.ts'
import type { LanguageModel } from './language-model.ts'
import type {
  Asker,
  Audience,
  Clock,
  ConversationStore,
  DeviceTools,
  OpenConversation,
  ReplyObserver,
  UserMessage,
} from './ports.ts'
import { createPromptBuilder } from './prompt.ts'
import { retry } from './retry.ts'
import { createTelling, type Telling } from './telling.ts'
import { nameTools } from './tool-names.ts'
import { createToolRunner } from './tool-round.ts'
import { createTurn, type Turn } from './turn.ts'

export type ReplyPorts = {
  conversations: ConversationStore
  model: LanguageModel
  tools: DeviceTools
  audience: Audience
  clock: Clock
  observer: ReplyObserver
  /** A new UUIDv7. */
  newId: () => string
}

export type ReplyLimits = {
  /** Silence after which a device's next words begin a new conversation. */
  conversationGapMs: number
  messagesInPrompt: number
  toolTimeoutMs: number
  maxToolRounds: number
  timeZone: string
}

/** What somebody said or typed. `tools` are those of the device that asks. */
export type Question = {
  turnId: string
  asker: Asker
  text: string
  language?: string | undefined
  tools?: DeviceTool[] | undefined
}

export type Replier = (question: Question, options: { signal: AbortSignal }) => AsyncGenerator<ReplyPart, void>

/**
 * Answers what a user said. The question is stored beside asking the model and the answer when it ends, however it
 * ends; a message that cannot be stored does not stop the reply.
 */
export function createReplier(ports: ReplyPorts, limits: ReplyLimits): Replier {
  const { conversations, model, clock, observer, newId } = ports
  const buildPrompt = createPromptBuilder(limits)

  function open({ asker, turnId }: Question, now: Date): Promise<OpenConversation> {
    const since = new Date(now.getTime() - limits.conversationGapMs)
    const wanted = { asker, turnId, newId: newId(), now, since, historyLength: limits.messagesInPrompt }
    return retry(() => conversations.open(wanted), clock)
  }

  async function saveQuestion(
    { turnId, text }: Question,
    message: Pick<UserMessage, 'id' | 'at' | 'conversationId'>,
    telling: Telling,
  ) {
    try {
      telling.message(await retry(() => conversations.saveUserMessage({ ...message, turnId, text }), clock))
    } catch (error) {
      observer.messageLost(error, { turnId, role: 'user' })
    }
  }

  async function saveAnswer(turn: Turn, { asker }: Question, conversationId: string, id: string, telling: Telling) {
    const { turnId, outcome, provider, model, usage } = turn.record()
    const { text } = turn
    if (text === '') return
    const complete = outcome === 'finished'
    // Who reads has seen what was sent; what a listener heard of it, their device will tell.
    const heardText = asker.kind === 'person' && !complete ? text : undefined
    const at = clock.date()
    const message = { id, conversationId, turnId, text, complete, heardText, provider, model, usage, at }
    try {
      telling.message(await retry(() => conversations.saveAssistantMessage(message), clock))
    } catch (error) {
      observer.messageLost(error, { turnId, role: 'assistant' })
    }
  }

  function ask(question: Question, { agent, history, deviceId }: OpenConversation, now: Date, signal: AbortSignal) {
    const names = nameTools(question.tools ?? [])
    const { text, language } = question
    const runner = createToolRunner({ deviceId, names, tools: ports.tools, timeoutMs: limits.toolTimeoutMs, signal })
    const messages = buildPrompt({ agent, history, text, language, now })
    const { sampling } = agent
    return answer({ model, messages, tools: names.offered, sampling, runner, maxRounds: limits.maxToolRounds }, signal)
  }

  return async function* reply(question, { signal }) {
    // Made before anything is waited for: of two askings of a turn, the later one has the later time and id.
    const [now, questionId] = [clock.date(), newId()]
    const turn = createTurn(question, clock)
    let saving: Promise<void> | undefined
    let conversation: OpenConversation | undefined
    let telling: Telling | undefined
    let answerId = ''
    let parts: ReturnType<typeof ask> | undefined
    try {
      conversation = await open(question, now)
      telling = createTelling(conversation, question.turnId, ports)
      turn.opened(conversation)
      yield {
        type: 'started',
        conversationId: conversation.id,
        voice: toVoice(conversation, question),
        provider: model.name,
      }
      parts = ask(question, conversation, now, signal)
      const first = parts.next()
      // The model is asked in this very moment; the question is stored while it thinks.
      saving = saveQuestion(question, { id: questionId, conversationId: conversation.id, at: now }, telling)
      answerId = newId()
      for (let result = await first; !result.done; result = await parts.next()) {
        const part = result.value
        turn.note(part)
        if (part.type === 'text-delta') telling.delta(part.text)
        else telling.flush()
        if (part.type !== 'answering') yield part
      }
    } catch (error) {
      turn.failed(error, signal)
      throw error
    } finally {
      void parts?.return().catch(() => undefined)
      if (conversation && telling) {
        telling.flush()
        saving ??= saveQuestion(question, { id: questionId, conversationId: conversation.id, at: now }, telling)
        await Promise.all([saving, saveAnswer(turn, question, conversation.id, answerId, telling)])
      }
      observer.replied(turn.record())
    }
  }
}

function toVoice({ agent }: OpenConversation, { language }: Question) {
  const spoken = agent.voice.language ?? language ?? agent.language
  return spoken ? { ...agent.voice, language: spoken } : agent.voice
}
