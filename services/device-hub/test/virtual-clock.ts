import type { Clock } from '../src/domain/ports.ts'

/** Lets everything go on that waits for nothing but promises. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

type Timer = { at: number; fire: () => void }

/** Time that passes only when the test says so. */
export class VirtualClock implements Clock {
  #now = 1_000
  readonly #timers = new Set<Timer>()
  /** How late every timer fires. */
  latenessMs = 0

  now = () => this.#now

  waitUntil = (at: number, signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return Promise.reject(signal.reason)
    if (at <= this.#now) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const timer = { at: at + this.latenessMs, fire: () => resolve() }
      this.#timers.add(timer)
      signal.addEventListener('abort', () => {
        this.#timers.delete(timer)
        reject(signal.reason)
      })
    })
  }

  after = (ms: number, callback: () => void): (() => void) => {
    const timer = { at: this.#now + ms + this.latenessMs, fire: callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Timers that still wait. */
  get pending(): number {
    return this.#timers.size
  }

  /** Fires what is due in the next `ms`, in order, and lets everything settle after each. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    await settle()
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
      if (!next) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.fire()
      await settle()
    }
    this.#now = until
    await settle()
  }
}
