import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import type { Usage } from '@parley/contracts'
import type { ModelPart, ModelToolCall } from '../../domain/language-model.ts'
import { createThinkFilter } from './think-filter.ts'
import { createToolCallAssembler } from './tool-calls.ts'

type FinishedPart = Extract<ModelPart, { type: 'finished' }>
type ChunkUsage = { prompt_tokens?: number; completion_tokens?: number } | null | undefined

export type ChunkReader = {
  /** `token` says whether the chunk brought anything of the answer; `text` is what of it a person reads. `usage` is the count so far. */
  read: (chunk: ChatCompletionChunk) => { token: boolean; text: string; usage: Usage | undefined }
  /** What is left when the stream has ended. `complete` is false when the vendor never said that it finished. */
  end: () => { complete: boolean; text: string; calls: ModelToolCall[]; finished: FinishedPart }
}

/** Reads the chunks of one answer. Fields that are not known pass unread. */
export function createChunkReader(): ChunkReader {
  const filter = createThinkFilter()
  const assembler = createToolCallAssembler()
  let reasoning = ''
  let finishReason: string | undefined
  let usage: Usage | undefined

  return {
    read: (chunk) => {
      const choice = chunk.choices?.[0]
      // Moonshot has put the usage inside the choice.
      usage = toUsage(chunk.usage ?? (choice as { usage?: ChunkUsage } | undefined)?.usage) ?? usage
      if (!choice) return { token: false, text: '', usage }
      finishReason = choice.finish_reason ?? finishReason
      const delta = choice.delta as (typeof choice.delta & { reasoning_content?: string | null }) | undefined
      const thought = delta?.reasoning_content ?? ''
      const content = delta?.content ?? ''
      const calls = delta?.tool_calls ?? []
      reasoning += thought
      assembler.push(calls)
      return { token: thought !== '' || content !== '' || calls.length > 0, text: filter.push(content), usage }
    },
    end: () => {
      const calls = assembler.calls()
      const reason = calls.length > 0 && finishReason !== 'length' ? 'tool-calls' : toReason(finishReason)
      return {
        complete: finishReason !== undefined,
        text: filter.flush(),
        calls,
        finished: { type: 'finished', reason, ...(usage && { usage }), ...(reasoning && { reasoning }) },
      }
    },
  }
}

function toReason(finishReason: string | undefined): FinishedPart['reason'] {
  if (finishReason === 'length') return 'length'
  return finishReason === 'content_filter' ? 'content-filter' : 'stop'
}

function toUsage(usage: ChunkUsage): Usage | undefined {
  return usage ? { inputTokens: usage.prompt_tokens ?? 0, outputTokens: usage.completion_tokens ?? 0 } : undefined
}
