import { Problem } from '@parley/contracts'

export type Deadline = Disposable & {
  /** Aborted by the caller's signal with its reason, or by a wait that was too long with a Problem `timeout`. */
  readonly signal: AbortSignal
  /** From now on, `what` must come within this time; replaces the wait before it. */
  expect: (what: string, withinMs: number) => void
  /** Nothing is waited for, for as long as the reader is busy with what came. */
  rest: () => void
}

/** Watches the waits of one answer, and the whole of it. */
export function startDeadline(caller: AbortSignal, totalMs: number): Deadline {
  const controller = new AbortController()
  const follow = () => controller.abort(caller.reason)
  if (caller.aborted) follow()
  caller.addEventListener('abort', follow, { once: true })
  const fail = (what: string, ms: number) => () =>
    controller.abort(new Problem('timeout', `The language model gave no ${what} within ${ms} ms`))
  const whole = setTimeout(fail('complete answer', totalMs), totalMs)
  let wait: NodeJS.Timeout | undefined

  return {
    signal: controller.signal,
    expect: (what, withinMs) => {
      clearTimeout(wait)
      wait = setTimeout(fail(what, withinMs), withinMs)
    },
    rest: () => clearTimeout(wait),
    [Symbol.dispose]: () => {
      clearTimeout(whole)
      clearTimeout(wait)
      caller.removeEventListener('abort', follow)
    },
  }
}
