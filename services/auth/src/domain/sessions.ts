import { scopesOf } from '@parley/contracts'
import type { BeginSession } from './entrance.ts'
import type { Random, SessionStore, UserStore } from './ports.ts'

export type SessionPorts = {
  users: Pick<UserStore, 'byId'>
  sessions: SessionStore
  random: Random
  now: () => Date
}

/** @param settings.sessionTtlS how long a token is good for */
export function createBeginSession(ports: SessionPorts, { sessionTtlS }: { sessionTtlS: number }): BeginSession {
  const { users, sessions, random, now } = ports
  return async ({ userId }) => {
    const kind = (await users.byId(userId))?.kind ?? 'user'
    const token = random.newToken()
    const person = { userId, kind, sessionId: random.newId(), scopes: scopesOf(kind) }
    const expiresAt = new Date(now().getTime() + sessionTtlS * 1_000)
    await sessions.save(token, { person, expiresAt })
    return { token, person, expiresAt: expiresAt.toISOString() }
  }
}
