import type { Failure } from './script.ts'

type Details = { param?: string | null; code?: string | null; type?: string; headers?: Record<string, string> }

/** A refusal as OpenAI answers it. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: { error: { message: string; type: string; param: string | null; code: string | null } }

  constructor(status: number, message: string, { param = null, code = null, type, headers = {} }: Details = {}) {
    super(message)
    this.status = status
    this.headers = headers
    this.body = { error: { message, type: type ?? typeOf(status), param, code } }
  }
}

/** The error that a script asks for, in OpenAI's words where the script has none. */
export function scriptedError({ status, message, type, code, headers }: NonNullable<Failure['error']>): ApiError {
  const usual = usualErrors[status]
  return new ApiError(status, message ?? usual?.message ?? `The request failed with status ${status}.`, {
    type: type ?? usual?.type,
    code: code === undefined ? (usual?.code ?? null) : code,
    headers,
  })
}

export function missing(param: string): ApiError {
  return new ApiError(400, `Missing required parameter: '${param}'.`, { param, code: 'missing_required_parameter' })
}

export function invalid(param: string, message: string): ApiError {
  return new ApiError(400, message, { param, code: 'invalid_value' })
}

const usualErrors: Record<number, { message: string; type?: string; code?: string } | undefined> = {
  401: { message: 'Incorrect API key provided.', code: 'invalid_api_key' },
  429: { message: 'Rate limit reached for requests.', type: 'requests', code: 'rate_limit_exceeded' },
  500: { message: 'The server had an error while processing your request. Sorry about that!' },
  503: { message: 'The engine is currently overloaded, please try again later.', type: 'service_unavailable' },
}

function typeOf(status: number): string {
  return status >= 500 ? 'server_error' : 'invalid_request_error'
}
