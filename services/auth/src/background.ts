import { Problem } from '@parley/contracts'
import type { Logger } from '@parley/service-kit'
import type { Later } from './domain/ports.ts'

const most = 256

/** Work that nobody waits for: so much at a time, and finished before the service closes. */
export function createBackground(log: Logger): { later: Later } & AsyncDisposable {
  const running = new Set<Promise<void>>()
  return {
    later: (work) => {
      if (running.size >= most) throw new Problem('overloaded', 'There is too much to do at the moment; try again')
      const done = work()
        .catch((error: unknown) => log.warn({ error }, 'work in the background failed'))
        .finally(() => running.delete(done))
      running.add(done)
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(running)
    },
  }
}
