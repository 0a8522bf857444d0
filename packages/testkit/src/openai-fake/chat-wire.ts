import type { ChatBody } from './chat-body.ts'
import type { ChatScript } from './script.ts'
import { toTokens } from './tokens.ts'

type ToolCallDelta = { index: number; id?: string; type?: 'function'; function: { name?: string; arguments: string } }
export type Delta = { role?: 'assistant'; content?: string | null; refusal?: null; tool_calls?: ToolCallDelta[] }

type Usage = { prompt_tokens: number; completion_tokens: number; total_tokens: number }

/** What a scripted answer consists of: one delta per token. */
export type Answer = { deltas: Delta[]; finishReason: string; message: Record<string, unknown>; usage: Usage }

const defaultText = 'Hello there. How can I help you today?'
const argumentPiece = /[^]{1,6}/g

export function toAnswer(body: ChatBody, script: ChatScript): Answer {
  const {
    toolCalls = [],
    tokens,
    text = tokens?.join('') ?? (toolCalls.length > 0 ? '' : defaultText),
    finishReason,
  } = script
  const calls = toolCalls.map((call) => ({
    id: `call_${randomId(24)}`,
    name: call.name,
    arguments: JSON.stringify(call.arguments),
  }))
  const deltas: Delta[] = [
    ...(tokens ?? toTokens(text)).map((content) => ({ content })),
    ...calls.flatMap(({ id, name, arguments: whole }, index) => [
      { tool_calls: [{ index, id, type: 'function' as const, function: { name, arguments: '' } }] },
      ...(whole.match(argumentPiece) ?? []).map((piece) => ({
        tool_calls: [{ index, function: { arguments: piece } }],
      })),
    ]),
  ]
  const promptTokens = body.messages.reduce((sum, { content }) => sum + 4 + countTokens(content), 3)
  return {
    deltas,
    finishReason: finishReason ?? (calls.length > 0 ? 'tool_calls' : 'stop'),
    message: {
      role: 'assistant',
      content: text === '' && calls.length > 0 ? null : text,
      refusal: null,
      annotations: [],
      ...(calls.length > 0 && {
        tool_calls: calls.map(({ id, name, arguments: whole }) => ({
          id,
          type: 'function',
          function: { name, arguments: whole },
        })),
      }),
    },
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: deltas.length,
      total_tokens: promptTokens + deltas.length,
    },
  }
}

function countTokens(content: unknown): number {
  return typeof content === 'string' ? toTokens(content).length : content ? toTokens(JSON.stringify(content)).length : 0
}

/** The lines of one streamed completion: all share their id and creation time. */
export type ChunkWriter = {
  delta: (delta: Delta) => string
  finish: (reason: string) => string
  usage: (usage: Usage) => string
  done: string
}

export function createChunkWriter(body: ChatBody): ChunkWriter {
  const head = JSON.stringify({ ...identity(body.model, 'chat.completion.chunk'), choices: [] }).slice(0, -2)
  // Asked for usage, every chunk but the last says that it has none.
  const tail = body.stream_options?.include_usage ? ',"usage":null}\n\n' : '}\n\n'
  const chunk = (delta: Delta, reason: string | null) =>
    `data: ${head}{"index":0,"delta":${JSON.stringify(delta)},"logprobs":null,"finish_reason":${JSON.stringify(reason)}}]${tail}`

  return {
    delta: (delta) => chunk(delta, null),
    finish: (reason) => chunk({}, reason),
    usage: (usage) => `data: ${head}],"usage":${JSON.stringify(withDetails(usage))}}\n\n`,
    done: 'data: [DONE]\n\n',
  }
}

/** A completion that is not streamed. */
export function toCompletion({ model }: ChatBody, { message, finishReason, usage }: Answer): Record<string, unknown> {
  return {
    ...identity(model, 'chat.completion'),
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason }],
    usage: withDetails(usage),
  }
}

function identity(model: string, object: string) {
  const created = Math.floor(Date.now() / 1_000)
  return {
    id: `chatcmpl-${randomId(29)}`,
    object,
    created,
    model,
    service_tier: 'default',
    system_fingerprint: 'fp_parley_fake',
  }
}

function withDetails(usage: Usage) {
  return {
    ...usage,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
function randomId(length: number): string {
  return Array.from({ length }, () => letters[Math.floor(Math.random() * letters.length)]).join('')
}
