import type { AnsweredPart } from '../../domain/room-turns.ts'

export type LlmChunks = {
  /** The first one, which says who speaks: it holds the line while the model thinks. */
  begin: () => string
  of: (part: AnsweredPart) => string
  /** Without it the vendor waits for more. */
  end: () => string
}

const reasons = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'content_filter',
  'tool-calls': 'tool_calls',
} as const

/**
 * An answer as server-sent events in the shape that the vendor reads, which is OpenAI's: `object` in particular, another one
 * breaks the conversation. All of an answer have one id and one time.
 */
export function createLlmChunks({ id, model, now }: { id: string; model: string; now: Date }): LlmChunks {
  const head = { id, object: 'chat.completion.chunk', created: Math.floor(now.getTime() / 1_000), model }
  let calls = 0
  const event = (delta: object, reason: string | null = null, more: object = {}) =>
    `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: reason }], ...more })}\n\n`

  return {
    begin: () => event({ role: 'assistant', content: '' }),
    of: (part) => {
      if (part.type === 'text-delta') return event({ content: part.text })
      if (part.type === 'tool-call') {
        const { id: callId, name, arguments: given } = part
        const called = { index: calls++, id: callId, type: 'function', function: { name, arguments: given } }
        return event({ tool_calls: [called] })
      }
      const { reason, usage } = part
      return event({}, reasons[reason], usage && { usage: toUsage(usage) })
    },
    end: () => 'data: [DONE]\n\n',
  }
}

function toUsage({ inputTokens, outputTokens }: { inputTokens: number; outputTokens: number }) {
  return { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens }
}
