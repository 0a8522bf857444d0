import { Problem } from '@parley/contracts'

/** A deadline for one question to a vendor, beside the caller's own signal. */
export type Limit = Disposable & {
  readonly signal: AbortSignal
  /** What an error of the question is: the caller's abort as it is, the deadline as `timeout`, a Problem, else `provider-failed`. */
  toProblem: (error: unknown) => unknown
}

export function createLimit(who: string, timeoutMs: number, signal: AbortSignal): Limit {
  const own = new AbortController()
  const timer = setTimeout(() => own.abort(), timeoutMs)
  return {
    signal: AbortSignal.any([signal, own.signal]),
    toProblem: (error) => {
      if (signal.aborted) return signal.reason
      if (error instanceof Problem) return error
      if (own.signal.aborted) return new Problem('timeout', `${who} took longer than ${timeoutMs} ms`, { cause: error })
      return new Problem('provider-failed', `${who} failed`, { cause: error })
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}
