import { Problem, type Person } from '@parley/contracts'
import type { ApiKeys } from './api-keys.ts'
import type { SessionStore } from './ports.ts'
import type { AccessTokens, SessionRecords } from './session-ports.ts'
import type { Sessions } from './sessions.ts'

export type Bearer = { person: Person; expiresAt: Date }

export type BearerPorts = {
  records: SessionRecords
  sessions: SessionStore
  accessTokens: AccessTokens
  apiKeys: Pick<ApiKeys, 'verify'>
  announce: (ended: { userId: string; sessionId: string }[]) => void
  now: () => Date
}

/** `idleS` ends a session that nobody used for so long; 0 ends none. */
export type BearerSettings = { idleS: number }

export type Bearers = {
  /** Who comes with this token, of whatever kind. @throws Problem `unauthorized` */
  verify: (token: string) => Promise<Bearer>
  /** Ends the session of a token; false when there was none. API keys have none. */
  logout: (token: string) => Promise<boolean>
}

/** Sessions in use are noted at most this often. */
const touchEveryS = 60

export function createBearers(ends: Pick<Sessions, 'end'>, ports: BearerPorts, { idleS }: BearerSettings): Bearers {
  const { records, sessions, accessTokens, apiKeys, announce, now } = ports
  const agoS = (time: Date) => (now().getTime() - time.getTime()) / 1_000

  /** What is recorded decides, whatever the token says. */
  async function check(bearer: Bearer | undefined): Promise<Bearer> {
    if (!bearer || bearer.expiresAt <= now()) throw refused()
    const { userId, sessionId } = bearer.person
    const state = await records.read(userId, sessionId)
    if (!state || state.disabled || state.session?.ended) throw refused()
    if (state.session) await use(bearer.person, state.session)
    return bearer
  }

  async function use(
    { userId, sessionId }: Person,
    { tokenKind, lastSeenAt }: { tokenKind: string; lastSeenAt: Date },
  ) {
    // A JWT is used without anybody hearing of it; what counts there is its refresh.
    if (idleS > 0 && tokenKind === 'opaque' && agoS(lastSeenAt) > idleS) {
      await ends.end(userId, sessionId, 'idle')
      throw refused()
    }
    if (agoS(lastSeenAt) < (idleS > 0 ? Math.min(touchEveryS, idleS / 4) : touchEveryS)) return
    await records.touch(sessionId, now())
    if (tokenKind === 'opaque') await sessions.touch(userId, now())
  }

  return {
    verify: async (token) => {
      if (isJwt(token)) return check(await accessTokens.verify(token))
      return (await apiKeys.verify(token)) ?? check(await sessions.find(token))
    },

    logout: async (token) => {
      if (isJwt(token)) {
        const bearer = await accessTokens.verify(token)
        return bearer !== undefined && ends.end(bearer.person.userId, bearer.person.sessionId, 'logout')
      }
      const session = await sessions.end(token)
      if (!session) return false
      const { userId, sessionId } = session.person
      const recorded = await ends.end(userId, sessionId, 'logout', session.person)
      // One that began before sessions were recorded is known to whoever remembers it.
      if (!recorded) announce([{ userId, sessionId }])
      return true
    },
  }
}

function isJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)
}

function refused(): Problem {
  return new Problem('unauthorized', 'The token is not valid')
}
