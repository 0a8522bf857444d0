import type { Clock } from '../ports.ts'

export type ReviewQueueSettings = {
  /** A conversation is looked through when it has been quiet for so long. */
  quietMs: number
  /** It is looked through at the latest after this, however much is said. */
  patienceMs: number
}

export type ReviewQueue = AsyncDisposable & {
  /** Something was said in it. A new conversation is looked through at once: people see its title. */
  later: (conversationId: string, options: { first: boolean }) => void
}

const atOnce = 2
/** Those beyond are found by whoever looks for quiet conversations now and then. */
const mostWaiting = 10_000
const longestMs = 90_000

type Waiting = { since: number; callOff: () => void }

/** Has conversations looked through off the reply path, a few at a time. */
export function createReviewQueue(
  review: (conversationId: string, signal: AbortSignal) => Promise<void>,
  { clock, failed }: { clock: Pick<Clock, 'after' | 'monotonicMs'>; failed: (error: unknown) => void },
  { quietMs, patienceMs }: ReviewQueueSettings,
): ReviewQueue {
  const waiting = new Map<string, Waiting>()
  const due: string[] = []
  const running = new Map<string, Promise<void>>()
  const stopping = new AbortController()

  function runNext() {
    while (running.size < atOnce && !stopping.signal.aborted) {
      const index = due.findIndex((id) => !running.has(id))
      if (index < 0) return
      const [id] = due.splice(index, 1) as [string]
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(longestMs)])
      const done = review(id, signal)
        .catch((error: unknown) => {
          if (!stopping.signal.aborted) failed(error)
        })
        .finally(() => {
          running.delete(id)
          runNext()
        })
      running.set(id, done)
    }
  }

  return {
    later: (conversationId, { first }) => {
      if (stopping.signal.aborted) return
      const before = waiting.get(conversationId)
      if (!before && waiting.size + due.length >= mostWaiting) return
      const since = before?.since ?? clock.monotonicMs()
      before?.callOff()
      const left = Math.max(0, Math.min(quietMs, since + patienceMs - clock.monotonicMs()))
      const callOff = clock.after(first ? 0 : left, () => {
        waiting.delete(conversationId)
        if (!due.includes(conversationId)) due.push(conversationId)
        runNext()
      })
      waiting.set(conversationId, { since, callOff })
    },
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      for (const { callOff } of waiting.values()) callOff()
      await Promise.all(running.values())
    },
  }
}
