import { createOpenAiClient } from './client.ts'
import { toModelProblem } from './openai-problem.ts'

/** The most that is taken from one vendor: lists of resellers have thousands. */
const mostModels = 500
const timeoutMs = 5_000

/**
 * The ids of the models that a vendor has for this key, in its own order (`GET /models`).
 * @throws Problem as asking a model does
 */
export async function listVendorModels(vendor: { baseUrl: string; apiKey: string | undefined }): Promise<string[]> {
  const client = createOpenAiClient({ ...vendor, timeoutMs })
  const ids: string[] = []
  try {
    for await (const { id } of client.models.list()) {
      if (typeof id === 'string' && id.length > 0 && id.length <= 128) ids.push(id)
      if (ids.length >= mostModels) break
    }
  } catch (error) {
    throw toModelProblem(error)
  }
  return ids
}
