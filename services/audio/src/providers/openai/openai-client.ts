import { Problem } from '@parley/contracts'
import { createVendorFetch } from '@parley/service-kit'
import { APIConnectionError, APIConnectionTimeoutError, APIError, OpenAI } from 'openai'

export type OpenAiSettings = {
  baseUrl: string
  /** Left out for a server of one's own that asks for none. */
  apiKey?: string | undefined
  timeoutMs: number
  fetch?: typeof fetch | undefined
}

/**
 * A client of any server that speaks OpenAI's API. It tries once more after a connection error, 408, 409, 429 or 5xx,
 * and never after an answer began.
 */
export function createOpenAiClient({ baseUrl, apiKey, timeoutMs, fetch }: OpenAiSettings): OpenAI {
  return new OpenAI({
    baseURL: baseUrl,
    apiKey: apiKey ?? 'none',
    organization: null,
    project: null,
    timeout: timeoutMs,
    maxRetries: 1,
    logLevel: 'off',
    fetch: fetch ?? createVendorFetch(),
  })
}

/** What went wrong at an OpenAI-compatible server, as a Problem. Its own words are for the log only. */
export function toOpenAiProblem(error: unknown, what: string): Problem {
  if (error instanceof Problem) return error
  if (error instanceof APIConnectionTimeoutError)
    return new Problem('timeout', `${what} took too long`, { cause: error })
  if (error instanceof APIConnectionError) {
    return new Problem('provider-failed', `${what} cannot be reached`, { cause: error })
  }
  const status = error instanceof APIError ? (error.status as number | undefined) : undefined
  const refused = status !== undefined && status >= 400 && status < 500 && ![408, 409, 429].includes(status)
  return refused
    ? new Problem('provider-rejected', `${what} refused the request (${status})`, { cause: error })
    : new Problem('provider-failed', status ? `${what} failed (${status})` : `${what} failed`, { cause: error })
}
