import type { Message, Problem, ToolCall, ToolResult, Voice } from '@parley/contracts'
import type { Sampling, Usage } from './language-model.ts'

/** Who speaks: a personality and its voice. */
export type Agent = {
  name: string
  prompt: string
  language: string | undefined
  voice: Voice
  sampling: Sampling
}

/** A stored message. `heardText` replaces `text` once it is known what the user heard. */
export type StoredMessage = {
  role: 'user' | 'assistant'
  text: string
  heardText: string | null
  interrupted: boolean
}

/** `history` is oldest first, without the messages of the turn that asks. */
export type OpenConversation = { id: string; agent: Agent; history: StoredMessage[] }

export type UserMessage = { id: string; conversationId: string; turnId: string; text: string; at: Date }

/** `complete` is false for an answer that was aborted or broke off. */
export type AssistantMessage = UserMessage & {
  complete: boolean
  provider: string | undefined
  model: string | undefined
  usage: Usage | undefined
}

/**
 * Conversations and their messages. Every write may be repeated: a message is one per turn and role, and neither a
 * repetition nor another order of arrival loses what was stored. Failures that may pass are Problem `unavailable`.
 */
export type ConversationStore = {
  /** The device's open conversation; a new one, with `newId`, when there is none or its last message is before `since`. */
  open: (wanted: {
    deviceId: string
    turnId: string
    newId: string
    now: Date
    since: Date
    historyLength: number
  }) => Promise<OpenConversation>
  /** A turn that is asked again with another text replaces its text. @throws Problem `conflict` on another conversation's turn. */
  saveUserMessage: (message: UserMessage) => Promise<void>
  /** Keeps what was heard already. An incomplete answer never replaces a text that is stored. @throws Problem `conflict` likewise. */
  saveAssistantMessage: (message: AssistantMessage) => Promise<void>
  /** Works before the answer itself is stored, too. False when the device has neither this turn nor a conversation. */
  recordHeard: (heard: {
    id: string
    turnId: string
    deviceId: string
    text: string
    interrupted: boolean
    at: Date
  }) => Promise<boolean>
  /** The newest messages before `before`, oldest first, of the device's open conversation. */
  listMessages: (page: { deviceId: string; before: string | undefined; limit: number }) => Promise<Message[]>
}

/** The tools of connected devices. @throws Problem when the device cannot be reached or is late; the signal's reason. */
export type DeviceTools = {
  call: (deviceId: string, call: ToolCall, options: { timeoutMs: number; signal: AbortSignal }) => Promise<ToolResult>
}

export type Clock = {
  date: () => Date
  /** Milliseconds that only ever grow. */
  monotonicMs: () => number
  pause: (ms: number) => Promise<unknown>
}

/** What a reply was, without anyone's words. */
export type ReplyRecord = {
  turnId: string
  deviceId: string
  conversationId: string | undefined
  outcome: 'finished' | 'aborted' | 'failed'
  reason: string | undefined
  problem: Problem | undefined
  provider: string | undefined
  model: string | undefined
  usage: Usage | undefined
  tools: { name: string; failed: boolean }[]
  /** From the question to the conversation at hand, the first text, the end. */
  openedMs: number | undefined
  firstTextMs: number | undefined
  totalMs: number
}

export type ReplyObserver = {
  replied: (record: ReplyRecord) => void
  /** A message could not be stored, although it was tried twice; the reply goes on. */
  messageLost: (error: unknown, message: { turnId: string; role: 'user' | 'assistant' }) => void
}
