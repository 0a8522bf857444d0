import type { ReplyInput, ReplyPart } from '@parley/contracts'
import { answer } from './answer.ts'
import type { LanguageModel } from './language-model.ts'
import type { Clock, ConversationStore, DeviceTools, OpenConversation, ReplyObserver } from './ports.ts'
import { createPromptBuilder } from './prompt.ts'
import { retry } from './retry.ts'
import { nameTools } from './tool-names.ts'
import { createToolRunner } from './tool-round.ts'
import { createTurn, type Turn } from './turn.ts'

export type ReplyPorts = {
  conversations: ConversationStore
  model: LanguageModel
  tools: DeviceTools
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

export type Replier = (input: ReplyInput, options: { signal: AbortSignal }) => AsyncGenerator<ReplyPart, void>

/**
 * Answers what a user said. The question is stored beside asking the model and the answer when it ends, however it
 * ends; a message that cannot be stored does not stop the reply.
 */
export function createReplier(ports: ReplyPorts, limits: ReplyLimits): Replier {
  const { conversations, model, clock, observer, newId } = ports
  const buildPrompt = createPromptBuilder(limits)

  function open({ deviceId, turnId }: ReplyInput, now: Date): Promise<OpenConversation> {
    const since = new Date(now.getTime() - limits.conversationGapMs)
    const wanted = { deviceId, turnId, newId: newId(), now, since, historyLength: limits.messagesInPrompt }
    return retry(() => conversations.open(wanted), clock)
  }

  function saveQuestion({ turnId, text }: ReplyInput, conversationId: string, now: Date): Promise<void> {
    const message = { id: newId(), conversationId, turnId, text, at: now }
    return retry(() => conversations.saveUserMessage(message), clock).catch((error: unknown) =>
      observer.messageLost(error, { turnId, role: 'user' }),
    )
  }

  async function saveAnswer(turn: Turn, conversationId: string, id: string): Promise<void> {
    const { turnId, outcome, provider, model, usage } = turn.record()
    if (turn.text === '') return
    const complete = outcome === 'finished'
    const message = { id, conversationId, turnId, text: turn.text, complete, provider, model, usage, at: clock.date() }
    await retry(() => conversations.saveAssistantMessage(message), clock).catch((error: unknown) =>
      observer.messageLost(error, { turnId, role: 'assistant' }),
    )
  }

  function ask(input: ReplyInput, { agent, history }: OpenConversation, now: Date, signal: AbortSignal) {
    const names = nameTools(input.tools ?? [])
    const { deviceId, text, language } = input
    const runner = createToolRunner({ deviceId, names, tools: ports.tools, timeoutMs: limits.toolTimeoutMs, signal })
    const messages = buildPrompt({ agent, history, text, language, now })
    const { sampling } = agent
    return answer({ model, messages, tools: names.offered, sampling, runner, maxRounds: limits.maxToolRounds }, signal)
  }

  return async function* reply(input, { signal }) {
    const now = clock.date()
    const turn = createTurn(input, clock)
    let saving: Promise<void> | undefined
    let conversation: OpenConversation | undefined
    let answerId = ''
    let parts: ReturnType<typeof ask> | undefined
    try {
      conversation = await open(input, now)
      turn.opened(conversation)
      yield {
        type: 'started',
        conversationId: conversation.id,
        voice: toVoice(conversation, input),
        provider: model.name,
      }
      parts = ask(input, conversation, now, signal)
      const first = parts.next()
      // The model is asked in this very moment; the question is stored while it thinks.
      saving = saveQuestion(input, conversation.id, now)
      answerId = newId()
      for (let result = await first; !result.done; result = await parts.next()) {
        turn.note(result.value)
        if (result.value.type !== 'answering') yield result.value
      }
    } catch (error) {
      turn.failed(error, signal)
      throw error
    } finally {
      void parts?.return().catch(() => undefined)
      if (conversation) {
        saving ??= saveQuestion(input, conversation.id, now)
        await Promise.all([saving, saveAnswer(turn, conversation.id, answerId)])
      }
      observer.replied(turn.record())
    }
  }
}

function toVoice({ agent }: OpenConversation, { language }: ReplyInput) {
  const spoken = agent.voice.language ?? language ?? agent.language
  return spoken ? { ...agent.voice, language: spoken } : agent.voice
}
