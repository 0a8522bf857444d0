import { setTimeout as delay } from 'node:timers/promises'
import type { Exit } from './process/child.ts'

/** One life of a program. */
export type Run = { readonly pid: number; readonly exited: Promise<Exit>; stop(): Promise<void> }

export type Backoff = {
  firstMs: number
  maxMs: number
  /** A run that lived this long was healthy: the next delay is the first one again. */
  healthyAfterMs: number
}

export type Supervision = {
  /** Begins a life; a rejection counts as one that ended at once. */
  start: () => Promise<Run>
  onStart: (run: Run) => void
  /** A life ended without being asked to; the next begins after the delay. */
  onEnd: (reason: string, delayMs: number) => void
  backoff?: Backoff
}

/** A program that is started again whenever it ends, until it is stopped. */
export type Supervised = { stop(): Promise<void> }

const patient: Backoff = { firstMs: 500, maxMs: 10_000, healthyAfterMs: 30_000 }

/** The delay after a life of `livedMs`, when the one before was `lastMs` (0: there was none). */
export function nextDelay({ firstMs, maxMs, healthyAfterMs }: Backoff, lastMs: number, livedMs: number): number {
  if (lastMs === 0 || livedMs >= healthyAfterMs) return firstMs
  return Math.min(lastMs * 2, maxMs)
}

/**
 * Starts a program and keeps it running.
 * @throws what the first start throws: only a program that once ran is started again
 */
export async function supervise({ start, onStart, onEnd, backoff = patient }: Supervision): Promise<Supervised> {
  const stopping = new AbortController()
  let run = await start()
  onStart(run)

  async function keepRunning(): Promise<void> {
    for (let delayMs = 0; ;) {
      const beganAt = performance.now()
      const reason = await endOf(run)
      delayMs = nextDelay(backoff, delayMs, performance.now() - beganAt)
      const next = await startAgain(reason, delayMs)
      if (!next) return
      run = next
      onStart(run)
    }
  }

  /** The next life, however many attempts it takes; undefined when there shall be none. */
  async function startAgain(reason: string, delayMs: number): Promise<Run | undefined> {
    if (stopping.signal.aborted) return undefined
    onEnd(reason, delayMs)
    await delay(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    if (stopping.signal.aborted) return undefined
    try {
      const next = await start()
      if (!stopping.signal.aborted) return next
      await next.stop()
      return undefined
    } catch (error) {
      return startAgain(error instanceof Error ? error.message : String(error), nextDelay(backoff, delayMs, 0))
    }
  }

  const kept = keepRunning()
  return {
    async stop() {
      stopping.abort()
      await run.stop()
      await kept
    },
  }
}

async function endOf(run: Run): Promise<string> {
  const { code, signal } = await run.exited
  return signal ?? `code ${code}`
}
