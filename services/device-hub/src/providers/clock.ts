import type { Clock } from '../domain/ports.ts'

/** The process's monotonic clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  waitUntil: (at, signal) => {
    if (signal.aborted) return Promise.reject(signal.reason)
    const ms = at - performance.now()
    if (ms <= 0) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        clearTimeout(timer)
        reject(signal.reason)
      }
      // Node's timers cut fractions off and fire up to a millisecond early.
      const onTime = () => {
        const left = at - performance.now()
        if (left > 0) return (timer = setTimeout(onTime, Math.ceil(left)))
        signal.removeEventListener('abort', onAbort)
        resolve()
      }
      let timer = setTimeout(onTime, Math.ceil(ms))
      signal.addEventListener('abort', onAbort, { once: true })
    })
  },
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}
