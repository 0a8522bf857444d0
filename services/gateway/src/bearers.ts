import type { Bus } from '@parley/bus'
import { auth, Problem, type Person } from '@parley/contracts'

/** Who a token belongs to, and until when. */
export type Bearer = { person: Person; expiresAt: Date }

export type Bearers = {
  /**
   * @param beforeAsking may refuse that auth is asked, for a token that is not remembered
   * @throws Problem `unauthorized`, and what `beforeAsking` throws
   */
  verify: (token: string, beforeAsking?: () => Promise<void>) => Promise<Bearer>
}

/** For how long a token is believed without asking again; a session that is ended is dropped at once, by its event. */
const believedMs = 30_000
const mostRemembered = 10_000

/** Asks auth who a token belongs to, and remembers it for a while. The same token is asked for once at a time. */
export function createBearers(bus: Bus): Bearers {
  const remembered = new Map<string, { bearer: Bearer; until: number }>()
  const asking = new Map<string, Promise<Bearer>>()
  /** Sessions that ended while they were being asked for. */
  let endedMeanwhile = new Set<string>()

  bus.on(auth.sessionRevoked, ({ sessionId }) => {
    for (const [token, { bearer }] of remembered) if (bearer.person.sessionId === sessionId) remembered.delete(token)
    if (asking.size > 0) endedMeanwhile.add(sessionId)
  })

  async function ask(token: string): Promise<Bearer> {
    const answer = await bus.request(auth.verify, { token })
    const bearer = { person: answer.person, expiresAt: new Date(answer.expiresAt) }
    if (endedMeanwhile.has(bearer.person.sessionId)) throw new Problem('unauthorized', 'The token is not valid')
    const oldest = remembered.keys().next()
    if (remembered.size >= mostRemembered && !oldest.done) remembered.delete(oldest.value)
    remembered.set(token, { bearer, until: Math.min(Date.now() + believedMs, bearer.expiresAt.getTime()) })
    return bearer
  }

  return {
    verify: async (token, beforeAsking) => {
      const known = remembered.get(token)
      if (known && known.until > Date.now()) return known.bearer
      remembered.delete(token)
      await beforeAsking?.()
      const asked =
        asking.get(token) ??
        ask(token).finally(() => {
          asking.delete(token)
          if (asking.size === 0) endedMeanwhile = new Set()
        })
      asking.set(token, asked)
      return asked
    },
  }
}
