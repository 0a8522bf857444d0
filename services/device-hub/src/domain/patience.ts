import { Problem } from '@parley/contracts'
import type { Clock } from './ports.ts'

/** How long each stage may keep a person waiting. The bus tells a dead stage from a living one; this is for one that lives and hangs. */
export const patience = {
  recognitionReadyMs: 5_000,
  /** From the end of speech to its words. */
  transcriptMs: 20_000,
  /** From one part of a reply to the next: a tool may take its time. */
  replyPartMs: 45_000,
  /** From one packet to the next that is wanted. */
  packetMs: 15_000,
}

/** Settles with the promise, or rejects with Problem `timeout` when that takes longer than `ms`. */
export function within<T>(clock: Clock, ms: number, what: string, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(new Problem('timeout', `${what} took longer than ${ms} ms`)))
    promise.then(resolve, reject).finally(cancel)
  })
}
