import { Problem, type Client, type Login, type Person, type Session, type TokenKind } from '@parley/contracts'
import type { AuditTrail } from './audit-trail.ts'
import { digest, fingerprintOf } from './digests.ts'
import type { Random, SessionStore } from './ports.ts'
import type { AccessTokens, EndReason, Grant, SessionRecords } from './session-ports.ts'

export type SessionPorts = {
  records: SessionRecords
  /** Opaque tokens. */
  sessions: SessionStore
  accessTokens: AccessTokens
  audit: AuditTrail
  /** Tells everybody who remembers sessions that these have ended. */
  announce: (ended: { userId: string; sessionId: string }[]) => void
  random: Random
  now: () => Date
}

export type SessionSettings = {
  /** How long an opaque token is good for. */
  sessionTtlS: number
  /** How long a JWT is. */
  accessTtlS: number
  /** How long a refresh token waits to be used, and how long a session is refreshed at most. */
  refreshTtlS: number
  refreshMaxS: number
}

/** What whoever logs in may say beside the proof. */
export type Wish = { client?: Client | undefined; tokenKind?: TokenKind | undefined }

export type Sessions = {
  /**
   * Begins a session for a user who has proven who they are, by `method`.
   * @throws Problem `forbidden` for a disabled account
   */
  begin: (who: { userId: string; method: string }, wish: Wish) => Promise<Login>
  /** Ends a session of a user, if it goes on. */
  end: (userId: string, sessionId: string, reason: EndReason, by?: Person) => Promise<boolean>
  /** Ends all sessions of a user, but for one. */
  endAll: (userId: string, reason: EndReason, by?: Person, except?: string) => Promise<number>
  /** @param currentId the one that asks */
  list: (userId: string, currentId?: string) => Promise<Session[]>
}

export function createSessions(ports: SessionPorts, settings: SessionSettings): Sessions {
  const { records, sessions, accessTokens, audit, announce, random, now } = ports
  const later = (seconds: number, than = now()) => new Date(than.getTime() + seconds * 1_000)

  async function beginOpaque(session: Begun): Promise<Login> {
    const expiresAt = later(settings.sessionTtlS, session.createdAt)
    const grant = await records.begin({ ...session, tokenKind: 'opaque', expiresAt, absoluteEndAt: expiresAt })
    const person = toPerson(session, grant)
    const token = random.newToken()
    await sessions.save(token, { person, expiresAt }, session.createdAt)
    return { token, person, expiresAt: expiresAt.toISOString() }
  }

  async function beginRefreshed(session: Begun): Promise<Login> {
    const refreshToken = random.newToken()
    const absoluteEndAt = later(settings.refreshMaxS, session.createdAt)
    const expiresAt = earliest(later(settings.refreshTtlS, session.createdAt), absoluteEndAt)
    const grant = await records.begin(
      { ...session, tokenKind: 'jwt', expiresAt, absoluteEndAt },
      { id: random.newId(), hash: digest(refreshToken), fingerprint: fingerprintOf(session.client), expiresAt },
    )
    const person = toPerson(session, grant)
    return toLogin(person, { token: refreshToken, expiresAt }, later(settings.accessTtlS), accessTokens)
  }

  async function end(
    userId: string,
    which: { only?: string; except?: string | undefined },
    reason: EndReason,
    by?: Person,
  ): Promise<number> {
    const ended = await records.end(userId, which, reason)
    announce(ended.map((sessionId) => ({ userId, sessionId })))
    await sessions.forget(ended)
    for (const id of ended) await audit.record({ action: 'session.ended', actor: by, target: { kind: 'session', id } })
    return ended.length
  }

  return {
    begin: async ({ userId, method }, { client = {}, tokenKind = 'opaque' }) => {
      const session = { sessionId: random.newId(), userId, method, client, createdAt: now() }
      const login = await (tokenKind === 'jwt' ? beginRefreshed(session) : beginOpaque(session))
      await audit.record({
        action: 'session.begun',
        actor: login.person,
        target: { kind: 'session', id: session.sessionId },
      })
      return login
    },
    end: async (userId, sessionId, reason, by) => (await end(userId, { only: sessionId }, reason, by)) > 0,
    endAll: (userId, reason, by, except) => end(userId, { except }, reason, by),
    list: async (userId, currentId) => {
      const found = await records.list(userId, now())
      return found.map((session) => ({ ...session, current: session.sessionId === currentId }))
    },
  }
}

type Begun = { sessionId: string; userId: string; method: string; client: Client; createdAt: Date }

export function toPerson(
  { userId, sessionId }: { userId: string; sessionId: string },
  grant: Grant | undefined,
): Person {
  if (!grant) throw new Problem('forbidden', 'This account is disabled')
  return { kind: grant.kind, userId, sessionId, scopes: grant.scopes }
}

/** A JWT beside the refresh token that will be traded for the next one. */
export async function toLogin(
  person: Person,
  refresh: { token: string; expiresAt: Date },
  wanted: Date,
  accessTokens: AccessTokens,
): Promise<Login> {
  const expiresAt = earliest(wanted, refresh.expiresAt)
  return {
    token: await accessTokens.issue(person, expiresAt),
    expiresAt: expiresAt.toISOString(),
    person,
    refresh: { token: refresh.token, expiresAt: refresh.expiresAt.toISOString() },
  }
}

export function earliest(one: Date, other: Date): Date {
  return one < other ? one : other
}
