import type { CompletePart, Usage } from '@parley/contracts'

type Finish = 'stop' | 'length' | 'content_filter' | 'tool_calls'
type ToolCall = { id: string; type: 'function'; function: { name: string; arguments: string } }

const finishReasons: Record<Extract<CompletePart, { type: 'finished' }>['reason'], Finish> = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'content_filter',
  'tool-calls': 'tool_calls',
}

/** `id` and `created` (seconds) are the same in all chunks of one answer. */
export type Head = { id: string; created: number; model: string }

/** A whole answer in OpenAI's form (`chat.completion`). */
export async function toCompletion(parts: AsyncIterable<CompletePart>, head: Head) {
  const calls: ToolCall[] = []
  let { model } = head
  let content = ''
  let finish: Finish = 'stop'
  let usage: Usage | undefined
  for await (const part of parts) {
    if (part.type === 'started') model = part.model
    else if (part.type === 'text-delta') content += part.text
    else if (part.type === 'tool-call') calls.push(toCall(part))
    else {
      finish = finishReasons[part.reason]
      usage = part.usage
    }
  }
  const message = {
    role: 'assistant',
    content: content === '' && calls.length > 0 ? null : content,
    refusal: null,
    ...(calls.length > 0 && { tool_calls: calls }),
  }
  return {
    ...head,
    model,
    object: 'chat.completion',
    choices: [{ index: 0, message, logprobs: null, finish_reason: calls.length > 0 ? 'tool_calls' : finish }],
    usage: toUsage(usage),
  }
}

/**
 * The same piece by piece (`chat.completion.chunk`). With `includeUsage` every chunk has a `usage`, and one more without
 * choices has the numbers.
 */
export async function* toChunks(
  parts: AsyncIterable<CompletePart>,
  head: Head,
  { includeUsage }: { includeUsage: boolean },
) {
  let { model } = head
  let calls = 0
  let usage: Usage | undefined
  const chunk = (delta: object, finish: Finish | null = null) => ({
    ...head,
    model,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...(includeUsage && { usage: null }),
  })
  for await (const part of parts) {
    if (part.type === 'started') {
      model = part.model
      yield chunk({ role: 'assistant', content: '' })
    } else if (part.type === 'text-delta') yield chunk({ content: part.text })
    else if (part.type === 'tool-call') yield chunk({ tool_calls: [{ index: calls++, ...toCall(part) }] })
    else {
      usage = part.usage
      yield chunk({}, calls > 0 ? 'tool_calls' : finishReasons[part.reason])
    }
  }
  if (includeUsage) yield { ...chunk({}), choices: [], usage: toUsage(usage) }
}

function toCall({ id, name, arguments: text }: Extract<CompletePart, { type: 'tool-call' }>): ToolCall {
  return { id, type: 'function', function: { name, arguments: text } }
}

/** What a vendor did not count is nothing. */
function toUsage(usage: Usage | undefined) {
  const { inputTokens = 0, outputTokens = 0 } = usage ?? {}
  return { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens }
}
