import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import type { ModelToolCall } from '../../domain/language-model.ts'

type CallDelta = NonNullable<ChatCompletionChunk.Choice.Delta['tool_calls']>[number]

export type ToolCallAssembler = { push: (deltas: CallDelta[]) => void; calls: () => ModelToolCall[] }

/**
 * Puts tool calls together from their pieces. Pieces belong together by index; a new id under an index that is taken
 * is another call, because some vendors number every call 0.
 */
export function createToolCallAssembler(): ToolCallAssembler {
  const calls: ModelToolCall[] = []
  const current = new Map<number, ModelToolCall>()

  function push(delta: CallDelta) {
    const index = delta.index ?? 0
    const known = current.get(index)
    const call = known && (!delta.id || !known.id || delta.id === known.id) ? known : begin(index)
    call.id ||= delta.id ?? ''
    call.name += delta.function?.name ?? ''
    call.arguments += delta.function?.arguments ?? ''
  }

  function begin(index: number): ModelToolCall {
    const call = { id: '', name: '', arguments: '' }
    calls.push(call)
    current.set(index, call)
    return call
  }

  return {
    push: (deltas) => deltas.forEach(push),
    calls: () => calls.map((call, position) => ({ ...call, id: call.id || `call_${position}` })),
  }
}
