import { Problem } from '@parley/contracts'

/**
 * The work that one subscription has under way: at most `concurrency` at once, at most `queue` waiting, the rest is
 * refused at once. Counted per subscription, so that long streams never starve plain requests.
 */
export type WorkLimit = { concurrency: number; queue: number }

export type InFlight = {
  /** Starts the work now or when there is room. @throws Problem `overloaded` when the queue is full. */
  start: (work: () => Promise<void>) => void
  readonly size: number
  /** Resolves when nothing is under way. */
  idle: () => Promise<void>
}

export function createInFlight({ concurrency, queue }: WorkLimit): InFlight {
  const waiting: (() => Promise<void>)[] = []
  let active = 0
  let onIdle: (() => void)[] = []

  function run(work: () => Promise<void>) {
    active++
    void work().finally(() => {
      active--
      const next = waiting.shift()
      if (next) return run(next)
      if (active === 0) {
        for (const resolve of onIdle) resolve()
        onIdle = []
      }
    })
  }

  return {
    get size() {
      return active + waiting.length
    },
    start: (work) => {
      if (active < concurrency) return run(work)
      if (waiting.length >= queue) throw new Problem('overloaded', 'This instance has too much to do; try again')
      waiting.push(work)
    },
    idle: () => (active === 0 ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve))),
  }
}
