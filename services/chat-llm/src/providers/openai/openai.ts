import { setTimeout as sleep } from 'node:timers/promises'
import { Problem } from '@parley/contracts'
import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import type { LanguageModel, ModelOptions, ModelPart, ModelRequest } from '../../domain/language-model.ts'
import { startDeadline, type Deadline } from './deadline.ts'
import { toBody } from './messages.ts'
import { createOpenAiClient } from './client.ts'
import { mayRetry, readRetryAfterMs, toModelProblem } from './openai-problem.ts'
import { createChunkReader } from './read-chunk.ts'

export type OpenAiSettings = {
  /** What this endpoint is called in records and messages. */
  name: string
  /** Up to and including the version, e.g. `https://api.openai.com/v1`. */
  baseUrl: string
  /** Local servers often take none. */
  apiKey: string | undefined
  model: string
  firstTokenTimeoutMs: number
  idleTimeoutMs: number
  totalTimeoutMs: number
  retries: number
  /** The first wait before asking again; it doubles each time. 200. */
  backoffMs?: number
  fetch?: typeof fetch
}

/** No vendor's wish to be left alone keeps a user waiting for longer than this. */
const longestBackoffMs = 2_000

/** Any endpoint that speaks OpenAI's chat completions. It is asked again only before the first token. */
export function createOpenAi(settings: OpenAiSettings): LanguageModel {
  const {
    name,
    baseUrl,
    apiKey,
    model,
    firstTokenTimeoutMs,
    idleTimeoutMs,
    totalTimeoutMs,
    retries,
    backoffMs = 200,
  } = settings
  const client = createOpenAiClient({
    baseUrl,
    apiKey,
    timeoutMs: totalTimeoutMs,
    ...(settings.fetch && { fetch: settings.fetch }),
  })

  async function* attempt(
    request: ModelRequest,
    deadline: Deadline,
    { onToken, onUsage }: { onToken: () => void; onUsage: ModelOptions['onUsage'] },
  ): AsyncGenerator<ModelPart, void> {
    const reader = createChunkReader()
    deadline.expect('first token', firstTokenTimeoutMs)
    const chunks = await client.chat.completions.create(toBody(model, request), { signal: deadline.signal })
    let answering = false
    for await (const chunk of abortable(chunks, deadline.signal)) {
      const { token, text, usage } = reader.read(chunk)
      if (usage) onUsage?.(usage)
      if (!token) continue
      onToken()
      deadline.rest()
      if (!answering) yield { type: 'answering', provider: name, model }
      answering = true
      if (text !== '') yield { type: 'text-delta', text }
      deadline.expect('more text', idleTimeoutMs)
    }
    const { complete, text, calls, finished } = reader.end()
    if (!complete) throw new Problem('provider-failed', 'The language model broke off its answer')
    if (!answering) yield { type: 'answering', provider: name, model }
    if (text !== '') yield { type: 'text-delta', text }
    for (const call of calls) yield { type: 'tool-call', ...call }
    yield finished
  }

  async function* stream(request: ModelRequest, { signal, onUsage }: ModelOptions): AsyncGenerator<ModelPart, void> {
    using deadline = startDeadline(signal, totalTimeoutMs)
    for (let count = 0; ; count++) {
      let begun = false
      try {
        return yield* attempt(request, deadline, { onToken: () => (begun = true), onUsage })
      } catch (error) {
        deadline.signal.throwIfAborted()
        deadline.rest()
        if (begun || count >= retries || !mayRetry(error)) throw toModelProblem(error)
        await backOff(
          Math.min(readRetryAfterMs(error) ?? jitter(backoffMs * 2 ** count), longestBackoffMs),
          deadline.signal,
        )
      }
    }
  }

  return { name, model, stream }
}

/** The SDK ends an aborted stream as if it were complete. */
async function* abortable(
  chunks: AsyncIterable<ChatCompletionChunk>,
  signal: AbortSignal,
): AsyncGenerator<ChatCompletionChunk, void> {
  yield* chunks
  signal.throwIfAborted()
}

async function backOff(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted())
}

function jitter(ms: number): number {
  return ms * (0.75 + Math.random() / 2)
}
