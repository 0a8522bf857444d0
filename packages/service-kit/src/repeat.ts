import type { Logger } from './logger.ts'

/** Does a piece of work now and then, at once the first time, one at a time; what fails is logged and tried the next time. */
export function repeat(everyMs: number, work: () => Promise<void>, log: Logger): AsyncDisposable {
  let running: Promise<void> | undefined
  const run = () => {
    running ??= work()
      .catch((error: unknown) => log.warn({ error }, 'repeated work failed'))
      .finally(() => (running = undefined))
  }
  run()
  const timer = setInterval(run, everyMs)
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      await running
    },
  }
}
