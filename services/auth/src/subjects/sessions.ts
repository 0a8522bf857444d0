import type { Bus } from '@parley/bus'
import { authKeys, authSessions, endedSessionsPage, Problem } from '@parley/contracts'
import type { ApiKeys } from '../domain/api-keys.ts'
import type { DeviceLogins } from '../domain/device-logins.ts'
import type { Refresh } from '../domain/refreshing.ts'
import type { SessionRecords } from '../domain/session-ports.ts'
import type { Sessions } from '../domain/sessions.ts'
import type { KeyRing } from '../domain/signing-keys.ts'

export type SessionParts = {
  sessions: Sessions
  refresh: Refresh
  records: Pick<SessionRecords, 'endedSince'>
  ring: Pick<KeyRing, 'published'>
  apiKeys: ApiKeys
  deviceLogins: DeviceLogins
}

/** `lookBackS` is for how long an ended session matters to whoever verifies JWTs. */
export type SessionSubjectSettings = { issuer: string; audience: string; lookBackS: number }

/** Serves sessions, their tokens, and keys. */
export function serveSessions(bus: Bus, parts: SessionParts, { issuer, audience, lookBackS }: SessionSubjectSettings) {
  const { sessions, refresh, records, ring, apiKeys, deviceLogins } = parts
  bus.handle(authSessions.refresh, refresh)
  bus.handle(authSessions.listSessions, async (_input, { identity: { userId, sessionId } }) => {
    return { sessions: await sessions.list(userId, sessionId) }
  })
  bus.handle(authSessions.endSession, async ({ sessionId }, { identity }) => {
    const ended = await sessions.end(identity.userId, sessionId, 'revoked', identity)
    if (!ended) throw new Problem('not-found', 'You have no such session')
    return { ended: 1 }
  })
  bus.handle(authSessions.endSessions, async ({ keepCurrent }, { identity }) => {
    const except = keepCurrent ? identity.sessionId : undefined
    return { ended: await sessions.endAll(identity.userId, 'revoked', identity, except) }
  })
  bus.handle(authSessions.accessKeys, async () => ({ issuer, audience, keys: await ring.published() }))
  bus.handle(authSessions.endedSessions, async ({ since, after }) => {
    const { ended, now } = await records.endedSince({
      since: since === undefined ? undefined : new Date(since),
      after: after && { sessionId: after.sessionId, endedAt: new Date(after.endedAt) },
      lookBackS,
      limit: endedSessionsPage,
    })
    const told = ended.map(({ sessionId, endedAt }) => ({ sessionId, endedAt: endedAt.toISOString() }))
    return { ended: told, now: now.toISOString() }
  })
  bus.handle(authSessions.deviceNonce, ({ deviceId }) => deviceLogins.nonce(deviceId))
  bus.handle(authSessions.deviceLogin, deviceLogins.logIn)

  bus.handle(authKeys.createKey, (wanted, { identity }) => apiKeys.create(identity, wanted))
  bus.handle(authKeys.listKeys, async (_input, { identity }) => ({ keys: await apiKeys.list(identity.userId) }))
  bus.handle(authKeys.revokeKey, ({ keyId }, { identity }) => apiKeys.revoke(identity, keyId))
}
