import type { ChatBody } from './chat-body.ts'
import type { SpeechBody } from './speech-body.ts'
import type { TranscriptionBody } from './transcription-body.ts'

/** What goes wrong instead of an answer. */
export type Failure = {
  /** An error as OpenAI words it: `message`, `type` and `code` have fitting defaults. */
  error?: { status: number; message?: string; type?: string; code?: string | null; headers?: Record<string, string> }
  /** Takes the request and never says anything. */
  silent?: boolean
}

export type ToolCallScript = { name: string; arguments: Record<string, unknown> }

export type ChatScript = Failure & {
  text?: string
  /** How `text` is cut; words and punctuation marks when left out. */
  tokens?: string[]
  toolCalls?: ToolCallScript[]
  firstTokenMs?: number
  /** From one token to the next. */
  tokenMs?: number
  finishReason?: 'stop' | 'length' | 'content_filter'
  /** A comment line this often while the stream is open, as proxies send them. */
  keepAliveMs?: number
  /** Cuts the connection after so many tokens. */
  breakAfterTokens?: number
  /** Falls silent after so many tokens, with the connection open. */
  stallAfterTokens?: number
}

export type TranscriptionScript = Failure & { text?: string; delayMs?: number }

export type SpeechScript = Failure & {
  firstByteMs?: number
  /** How long the speech is; by the length of the text when left out. */
  durationMs?: number
  /** How many times faster than real time the sound comes; all at once when left out. */
  pace?: number
  /** Cuts the connection after so much sound. */
  breakAfterMs?: number
}

/** One script for all requests, or one per request: `index` counts the valid requests of this kind from 0. */
export type Script<Body, Result> = Result | ((body: Body, index: number) => Result)

export type OpenAiFakeSettings = {
  /** A free one when left out or 0. */
  port?: number
  /** The only key that is accepted; any when left out. */
  apiKey?: string
  /** The only models there are; when left out some are listed and any is accepted. */
  models?: string[]
  chat?: Script<ChatBody, ChatScript>
  transcription?: Script<TranscriptionBody, TranscriptionScript>
  speech?: Script<SpeechBody, SpeechScript>
}
