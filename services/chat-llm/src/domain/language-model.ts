import type { AnswerFormat, Sampling, Usage } from '@parley/contracts'

/** What a model is asked with. `name` fits `[A-Za-z0-9_-]{1,64}`; `inputSchema` is JSON Schema of an object. */
export type ModelTool = { name: string; description: string; inputSchema: Record<string, unknown> }

/** `arguments` is JSON text as the model wrote it, which may be malformed. */
export type ModelToolCall = { id: string; name: string; arguments: string }

/** `contentType` is that of an image; an address is fetched by the vendor. */
export type ModelImage = { contentType: string; bytes: Uint8Array } | { url: string }

export type ModelMessage =
  | { role: 'system'; text: string }
  | { role: 'user'; text: string; images?: ModelImage[] }
  | { role: 'assistant'; text: string; toolCalls?: ModelToolCall[]; reasoning?: string }
  | { role: 'tool'; callId: string; text: string; failed: boolean }

/**
 * Who pays for an answer, and what it is for, such as `reply`. `lost` says at its end whether it was given to nobody, such as one
 * of two that ran against each other: then the platform pays.
 */
export type Charge = {
  payer: 'platform' | { userId: string; lost?: () => boolean }
  purpose: string
  turnId?: string | undefined
}

export type ModelRequest = {
  messages: ModelMessage[]
  tools: ModelTool[]
  sampling: Sampling
  format?: AnswerFormat | undefined
  /** Where credits are counted; what nobody is named for is the platform's own work. */
  charge?: Charge | undefined
  /** The id of a model that is asked before the others, where it can be had. */
  prefer?: string | undefined
}

/**
 * An answer as it is made: `answering` first, `finished` last, no part after it. Text is what a person reads: thinking
 * output is not in it. `reasoning` is what the vendor wants back beside the tool calls of this answer.
 */
export type ModelPart =
  | { type: 'answering'; provider: string; model: string }
  | { type: 'text-delta'; text: string }
  | ({ type: 'tool-call' } & ModelToolCall)
  | {
      type: 'finished'
      reason: 'stop' | 'length' | 'content-filter' | 'tool-calls'
      usage?: Usage
      reasoning?: string
    }

/** `onUsage` hears the vendor's count as soon as it is said: an answer that then breaks off has no other place for it. */
export type ModelOptions = { signal: AbortSignal; onUsage?: ((usage: Usage) => void) | undefined }

/**
 * A language model. Failures are Problems: `provider-rejected` (asking again will not help), `provider-failed`,
 * `timeout`. An aborted signal ends the stream at once with its reason and closes what was opened for it; so does
 * leaving the loop.
 */
export type LanguageModel = {
  readonly name: string
  /** What it is asked for by; the vendor's own name of it. */
  readonly model: string
  stream: (request: ModelRequest, options: ModelOptions) => AsyncIterable<ModelPart>
}
