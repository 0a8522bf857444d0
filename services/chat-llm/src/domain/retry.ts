import { toProblem } from '@parley/contracts'
import type { Clock } from './ports.ts'

/** Between tries: long enough for a pool to notice that its connections are gone, short for somebody who waits. */
const pausesMs = [20, 100, 300]

/** Does the work, and again after a pause when it failed in a way that may pass. Only for work that may be repeated. */
export async function retry<T>(work: () => Promise<T>, clock: Pick<Clock, 'pause'>): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await work()
    } catch (error) {
      if (!toProblem(error).retryable) throw error
      await clock.pause(pauseMs)
    }
  }
  return work()
}
