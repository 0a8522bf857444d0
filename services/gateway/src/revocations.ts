import type { Bus } from '@parley/bus'
import { auth, authSessions, endedSessionsPage } from '@parley/contracts'
import type { Logger } from '@parley/service-kit'

/** Which sessions ended lately. */
export type Revocations = AsyncDisposable & {
  has: (sessionId: string) => boolean
  /** Whether everything is known that ended until a moment ago. */
  readonly current: boolean
  /** Hears of each once or more, as soon as it is known. */
  on: (listener: (sessionId: string) => void) => void
}

/** Who missed the event of an ended session learns of it by asking this often. */
const askEveryMs = 500
/** After this long without an answer, what is known counts as old. */
const currentForMs = 5_000
/** Endings may become visible out of order by this much. */
const overlapMs = 5_000
/** Longer than any JWT lives. */
const keptMs = 3_700_000
const mostKept = 200_000

/** Follows which sessions end: by their events, and by asking auth for what ended since, so that no lost event matters. */
export function followRevocations(bus: Bus, log: Logger): Revocations {
  const ended = new Map<string, number>()
  const listeners: ((sessionId: string) => void)[] = []
  const stopping = new AbortController()
  let since: string | undefined
  let completeAt: number | undefined
  let failing = false
  const startedAt = performance.now()
  const isCurrent = () => completeAt !== undefined && performance.now() - completeAt < currentForMs

  function note(sessionId: string) {
    const known = ended.delete(sessionId)
    ended.set(sessionId, Date.now() + keptMs)
    forgetOld()
    if (!known) for (const listener of listeners) listener(sessionId)
  }

  function forgetOld() {
    for (const [sessionId, until] of ended) {
      if (until > Date.now() && ended.size <= mostKept) return
      ended.delete(sessionId)
    }
  }

  async function ask() {
    let after: { sessionId: string; endedAt: string } | undefined
    let askedAt: string | undefined
    for (;;) {
      const page = await bus.request(authSessions.endedSessions, { since, after }, { signal: stopping.signal })
      askedAt ??= page.now
      for (const { sessionId } of page.ended) if (!ended.has(sessionId)) note(sessionId)
      if (page.ended.length < endedSessionsPage) break
      after = page.ended.at(-1)
    }
    since = new Date(Date.parse(askedAt) - overlapMs).toISOString()
    completeAt = performance.now()
  }

  let asking: Promise<void> | undefined
  const timer = setInterval(run, askEveryMs)
  function run() {
    asking ??= ask()
      .then(
        () => (failing = false),
        (error: unknown) => {
          if (failing || isCurrent() || stopping.signal.aborted) return
          // At a start, auth may be later than this.
          if (performance.now() - startedAt < currentForMs) return
          log.warn({ error }, 'which sessions ended is not known')
          failing = true
        },
      )
      .then(() => (asking = undefined))
  }
  bus.on(auth.sessionRevoked, ({ sessionId }) => note(sessionId))
  run()

  return {
    has: (sessionId) => ended.has(sessionId),
    get current() {
      return isCurrent()
    },
    on: (listener) => void listeners.push(listener),
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      stopping.abort()
      await asking
    },
  }
}
