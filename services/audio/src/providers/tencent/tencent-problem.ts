import { Problem } from '@parley/contracts'

/** Wrong, not allowed or not paid: another try changes nothing. */
const rejected = new Set([4001, 4002, 4003, 4005, 4010, 6001, 10001, 10002, 10003])

/** A code of the WebSocket interfaces. */
export function toTencentProblem(who: string, code: number, message: string): Problem {
  const cause = new Error(`${code} ${message}`.slice(0, 500))
  if (rejected.has(code)) return new Problem('provider-rejected', `${who} refused the request (${code})`, { cause })
  return code === 4008
    ? new Problem('timeout', `${who} waited too long (${code})`, { cause })
    : new Problem('provider-failed', `${who} failed (${code})`, { cause })
}

/** What the SDK throws: `AuthFailure.…` and the like, or an HTTP status. Its text may show the request. */
export function fromTencentSdk(who: string, error: unknown, timeoutMs: number): Problem {
  if (error instanceof Problem) return error
  const { code, httpCode, message } = (error ?? {}) as { code?: unknown; httpCode?: unknown; message?: unknown }
  const what = typeof code === 'string' ? code : String(httpCode ?? message)
  const cause = new Error(`Tencent: ${what}`.slice(0, 200))
  if (
    /^(AuthFailure|UnauthorizedOperation|InvalidParameter|MissingParameter|UnsupportedOperation|ResourceUnavailable|InvalidAction)/.test(
      what,
    )
  )
    return new Problem('provider-rejected', `${who} refused the request (${what.split('.', 1)[0]})`, { cause })
  if (/timeout/i.test(what)) return new Problem('timeout', `${who} took longer than ${timeoutMs} ms`, { cause })
  return new Problem('provider-failed', `${who} failed`, { cause })
}
