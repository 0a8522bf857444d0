import type { Bus } from '@parley/bus'
import { auth, Problem, type Person } from '@parley/contracts'
import { isJwt, type AccessTokens } from './access-tokens.ts'
import type { Revocations } from './revocations.ts'

/** Who a token belongs to, and until when. */
export type Bearer = { person: Person; expiresAt: Date }

export type Bearers = {
  /**
   * @param beforeWork may refuse that a token is looked at that is not remembered
   * @throws Problem `unauthorized`, and what `beforeWork` throws
   */
  verify: (token: string, beforeWork?: () => Promise<void>) => Promise<Bearer>
}

export type BearersSettings = {
  bus: Bus
  accessTokens: Pick<AccessTokens, 'verify'>
  revocations: Pick<Revocations, 'has' | 'current' | 'on'>
}

/** For how long a token is believed that was good; a session that is ended is dropped at once. */
const believedMs = 30_000
const mostRemembered = 10_000

/** `verified` here: then it is good only as long as it is known which sessions ended. */
type Remembered = { bearer: Bearer; until: number; verified: 'here' | 'by-auth' }

/**
 * Who comes with a token. A JWT is verified here, as long as it is known which sessions ended; anything else, and a JWT when
 * that is not known, is asked of auth. The answer is remembered; the same token is worked on once at a time.
 */
export function createBearers({ bus, accessTokens, revocations }: BearersSettings): Bearers {
  const remembered = new Map<string, Remembered>()
  const working = new Map<string, Promise<Bearer>>()

  revocations.on((sessionId) => {
    for (const [token, { bearer }] of remembered) if (bearer.person.sessionId === sessionId) remembered.delete(token)
  })

  function recall(token: string): Bearer | undefined {
    const known = remembered.get(token)
    if (!known) return undefined
    if (known.until > Date.now() && (known.verified === 'by-auth' || revocations.current)) return known.bearer
    remembered.delete(token)
    return undefined
  }

  async function verifyHere(token: string): Promise<Bearer> {
    const bearer = await accessTokens.verify(token)
    if (!bearer) throw new Problem('unauthorized', 'The token is not valid')
    return bearer
  }

  async function askAuth(token: string): Promise<Bearer> {
    const { person, expiresAt } = await bus.request(auth.verify, { token })
    return { person, expiresAt: new Date(expiresAt) }
  }

  async function work(token: string): Promise<Bearer> {
    const here = isJwt(token) && revocations.current
    const bearer = await (here ? verifyHere(token) : askAuth(token))
    // It may have ended while it was worked on.
    if (revocations.has(bearer.person.sessionId)) throw new Problem('unauthorized', 'The token is not valid')
    const oldest = remembered.keys().next()
    if (remembered.size >= mostRemembered && !oldest.done) remembered.delete(oldest.value)
    const until = Math.min(Date.now() + believedMs, bearer.expiresAt.getTime())
    remembered.set(token, { bearer, until, verified: here ? 'here' : 'by-auth' })
    return bearer
  }

  return {
    verify: async (token, beforeWork) => {
      const known = recall(token)
      if (known) return known
      await beforeWork?.()
      // Another request may have found it out meanwhile.
      const found = recall(token)
      if (found) return found
      const worked = working.get(token) ?? work(token).finally(() => working.delete(token))
      working.set(token, worked)
      return worked
    },
  }
}
