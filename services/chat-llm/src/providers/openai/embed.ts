import { Problem } from '@parley/contracts'
import type { Embedder } from '../../domain/memory/ports.ts'
import { createOpenAiClient } from './client.ts'
import { toModelProblem } from './openai-problem.ts'

const timeoutMs = 5_000
const longestVector = 4_096

/** Meanings by any endpoint that speaks OpenAI's embeddings. */
export function createOpenAiEmbedder(given: { baseUrl: string; apiKey: string | undefined; model: string }): Embedder {
  const client = createOpenAiClient({ ...given, timeoutMs })
  return async (input, { signal }) => {
    // Without it the SDK asks for base64, which not every server knows.
    const body = { model: given.model, input, encoding_format: 'float' as const }
    const { data } = await client.embeddings.create(body, { signal }).catch((error: unknown) => {
      signal.throwIfAborted()
      throw toModelProblem(error)
    })
    const vectors = data.toSorted((one, other) => one.index - other.index).map(({ embedding }) => embedding)
    const good = vectors.every((vector) => vector.length > 0 && vector.length <= longestVector)
    if (vectors.length !== input.length || !good)
      throw new Problem('provider-failed', 'The embedding model gave something else than was asked')
    return vectors
  }
}
