import { Problem, type ProblemCode } from '@parley/contracts'
import { APIConnectionError, APIError, OpenAIError } from 'openai'

/** Whatever the SDK or the connection threw, as a Problem. The cause keeps the vendor's words only, for the log. */
export function toModelProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const status = error instanceof APIError ? error.status : undefined
  const cause = new Error(describe(error))
  if (status === undefined)
    return new Problem('provider-failed', 'The connection to the language model failed', { cause })
  const code: ProblemCode = isPassing(status) ? 'provider-failed' : 'provider-rejected'
  return new Problem(
    code,
    `The language model ${code === 'provider-failed' ? 'failed' : 'refused the request'} (${status})`,
    { cause },
  )
}

/** Whether the same question may be answered a moment later. */
export function mayRetry(error: unknown): boolean {
  if (error instanceof APIConnectionError) return true
  if (error instanceof APIError) return error.status === undefined || isPassing(error.status)
  return !(error instanceof Problem) && !(error instanceof OpenAIError)
}

/** How long the vendor asks to be left alone, in milliseconds. */
export function readRetryAfterMs(error: unknown): number | undefined {
  const headers = error instanceof APIError ? error.headers : undefined
  const milliseconds = Number(headers?.get('retry-after-ms') ?? Number.NaN)
  if (Number.isFinite(milliseconds)) return milliseconds
  const text = headers?.get('retry-after')
  if (!text) return undefined
  const seconds = Number(text)
  return Number.isFinite(seconds) ? seconds * 1_000 : Math.max(0, Date.parse(text) - Date.now()) || undefined
}

function isPassing(status: number): boolean {
  return status === 408 || status === 409 || status === 425 || status === 429 || status >= 500
}

/** The vendor's own words or the system's code; never what a parser quotes, which may be someone's words. */
function describe(error: unknown): string {
  if (error instanceof APIConnectionError) return `connection: ${toSystemCode(error.cause) ?? 'failed'}`
  if (error instanceof APIError) return error.message.slice(0, 300)
  return toSystemCode(error) ?? (error instanceof Error ? error.name : 'unknown failure')
}

function toSystemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as NodeJS.ErrnoException
  return code ?? toSystemCode(error.cause)
}
