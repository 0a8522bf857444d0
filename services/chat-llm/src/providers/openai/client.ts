import { createVendorFetch } from '@parley/service-kit'
import OpenAI from 'openai'

export type OpenAiEndpoint = {
  /** Up to and including the version, e.g. `https://api.openai.com/v1`. */
  baseUrl: string
  /** Local servers often take none. */
  apiKey: string | undefined
  timeoutMs: number
  fetch?: typeof fetch
}

/** The SDK for one endpoint, with nothing of its own: no retries, no log, nothing read from the environment. */
export function createOpenAiClient({
  baseUrl,
  apiKey = 'none',
  timeoutMs,
  fetch = createVendorFetch(),
}: OpenAiEndpoint): OpenAI {
  return new OpenAI({
    baseURL: baseUrl,
    apiKey,
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: 'off',
    fetch,
  })
}
