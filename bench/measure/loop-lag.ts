import { spread, type Spread } from './statistics.ts'

/** Watches how late this process's timers are: what the generator adds to everything it measures. */
export type LoopLag = { take: () => Spread } & Disposable

const everyMs = 20

export function watchLoopLag(): LoopLag {
  let late: number[] = []
  let dueAt = performance.now() + everyMs
  const look = () => {
    const now = performance.now()
    late.push(Math.max(0, now - dueAt))
    dueAt = now + everyMs
    timer = setTimeout(look, everyMs)
  }
  let timer = setTimeout(look, everyMs)
  return {
    take: () => {
      const taken = late
      late = []
      return spread(taken)
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}
