import type {
  Asker,
  Audience,
  Clock,
  ConversationStore,
  OpenConversation,
  ReplyObserver,
  UserMessage,
} from './ports.ts'
import { retry } from './retry.ts'
import { createTelling, type Telling } from './telling.ts'
import { createTurn, type NotedPart, type Turn } from './turn.ts'

export type TurnPorts = {
  conversations: Pick<ConversationStore, 'open' | 'saveUserMessage' | 'saveAssistantMessage'>
  audience: Audience
  clock: Clock
  observer: ReplyObserver
  /** A new UUIDv7. */
  newId: () => string
  /** Something new was said in a conversation, the first thing perhaps. */
  said: (conversationId: string, options: { first: boolean }) => void
}

export type TurnLimits = {
  /** Silence after which a device's next words begin a new conversation. */
  conversationGapMs: number
  messagesInPrompt: number
}

/** What somebody said or typed. */
export type AskedTurn = {
  turnId: string
  asker: Asker
  text: string
  /** Who speaks, where their voice is known. */
  speaker?: string | undefined
  /** What the answer began with, when this goes on with it. */
  said?: string | undefined
}

type Answering = Extract<NotedPart, { type: 'answering' }>

/** What answers: `started` is what its listener hears first, `ask` has the model answer. */
export type Answerer<Question, Started, Part> = {
  started: (question: Question, conversation: OpenConversation) => Started
  ask: (
    question: Question,
    conversation: OpenConversation,
    options: { now: Date; signal: AbortSignal },
  ) => AsyncGenerator<Part | Answering, void>
}

/**
 * Runs turns: the question is stored before the model is asked and the answer when it ends, however it ends; a message that
 * cannot be stored does not stop the answer. The asker's apps hear both.
 */
export function createTurnRunner(ports: TurnPorts, limits: TurnLimits) {
  const { conversations, clock, observer, newId, said: told } = ports

  function open({ asker, turnId }: AskedTurn, now: Date): Promise<OpenConversation> {
    const since = new Date(now.getTime() - limits.conversationGapMs)
    const wanted = { asker, turnId, newId: newId(), now, since, historyLength: limits.messagesInPrompt }
    return retry(() => conversations.open(wanted), clock)
  }

  async function saveQuestion(
    { turnId, text, speaker }: AskedTurn,
    message: Pick<UserMessage, 'id' | 'at' | 'conversationId'>,
    telling: Telling,
  ) {
    try {
      telling.message(await retry(() => conversations.saveUserMessage({ ...message, turnId, text, speaker }), clock))
    } catch (error) {
      observer.messageLost(error, { turnId, role: 'user' })
    }
  }

  async function saveAnswer(
    turn: Turn,
    { asker, said }: AskedTurn,
    stored: Pick<UserMessage, 'id' | 'at' | 'conversationId'>,
    telling: Telling,
  ) {
    const { turnId, outcome, provider, model, usage } = turn.record()
    if (turn.text === '') return
    const text = said ? `${said} ${turn.text}` : turn.text
    const complete = outcome === 'finished'
    // Who reads has seen what was sent; what a listener heard of it, their device or room will tell.
    const heardText = asker.kind === 'person' && !complete ? text : undefined
    const message = { ...stored, turnId, text, complete, heardText, provider, model, usage }
    try {
      telling.message(await retry(() => conversations.saveAssistantMessage(message), clock))
    } catch (error) {
      observer.messageLost(error, { turnId, role: 'assistant' })
    }
  }

  return async function* run<Question extends AskedTurn, Started, Part extends NotedPart>(
    question: Question,
    { started, ask }: Answerer<Question, Started, Part>,
    signal: AbortSignal,
  ): AsyncGenerator<Started | Exclude<Part, Answering>, void> {
    // Made before anything is waited for: of two askings of a turn, the later one has the later time and id.
    const [now, questionId, answerId] = [clock.date(), newId(), newId()]
    const turn = createTurn(question, clock)
    let conversation: OpenConversation | undefined
    let telling: Telling | undefined
    try {
      conversation = await open(question, now)
      telling = createTelling(conversation, question.turnId, ports)
      turn.opened(conversation)
      yield started(question, conversation)
      await saveQuestion(question, { id: questionId, conversationId: conversation.id, at: now }, telling)
      for await (const part of ask(question, conversation, { now, signal })) {
        turn.note(part)
        if (part.type === 'text-delta') telling.delta(part.text)
        else telling.flush()
        if (part.type !== 'answering') yield part as Awaited<Exclude<Part, Answering>>
      }
    } catch (error) {
      turn.failed(error, signal)
      throw error
    } finally {
      if (conversation && telling) {
        telling.flush()
        await saveAnswer(turn, question, { id: answerId, conversationId: conversation.id, at: now }, telling)
        told(conversation.id, { first: conversation.history.length === 0 })
      }
      observer.replied(turn.record())
    }
  }
}
