import type { Logger } from './logger.ts'

export type RepeatSettings = {
  everyMs: number
  /** Does the work once; to be left when the signal is aborted. */
  work: (signal: AbortSignal) => Promise<void>
  /** Says in the log what did not work out; it is tried the next time. */
  what: string
  log: Logger
}

/** Does a piece of work now and then, beginning now, never twice at once. Disposing aborts it and waits for its end. */
export function repeat({ everyMs, work, what, log }: RepeatSettings): AsyncDisposable {
  const stopping = new AbortController()
  let running: Promise<void> | undefined

  function run() {
    running ??= work(stopping.signal)
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) log.warn({ error }, what)
      })
      .finally(() => (running = undefined))
  }

  run()
  const timer = setInterval(run, everyMs)
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      stopping.abort()
      await running
    },
  }
}
