import { isAdministrative, TokenKind, type Session } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { EndedSession, Grant, SessionRecords } from '../domain/session-ports.ts'
import { Prisma, type PrismaClient, type Session as SessionRow } from './generated/client.ts'

type Client = Pick<PrismaClient, '$queryRaw'>

/** The sessions of everybody in PostgreSQL. */
export function createSessionRecords(prisma: PrismaClient): SessionRecords {
  const begin: SessionRecords['begin'] = (session, refresh) =>
    prisma.$transaction(async (transaction) => {
      // Whoever disables the user or takes a role away waits for this, and then finds the session.
      const [user] = await transaction.$queryRaw<{ id: string }[]>`
        SELECT id FROM users WHERE id = ${session.userId}::uuid AND disabled_at IS NULL FOR SHARE`
      if (!user) return undefined
      // So does whoever changes one of their roles; the built-in ones do not change.
      await transaction.$queryRaw`
        SELECT roles.role FROM roles JOIN user_roles ON user_roles.role = roles.role
        WHERE user_roles.user_id = ${session.userId}::uuid FOR SHARE OF roles`
      await transaction.session.create({ data: toRow(session) })
      const { sessionId: familyId, createdAt } = session
      if (refresh) await transaction.refreshToken.create({ data: { ...refresh, familyId, createdAt } })
      return readGrant(transaction, session.userId)
    })

  const read: SessionRecords['read'] = async (userId, sessionId) => {
    const select = {
      disabledAt: true,
      sessions: { where: { id: sessionId }, select: { endedAt: true, tokenKind: true, lastSeenAt: true } },
    }
    const user = await prisma.user.findUnique({ where: { id: userId }, select })
    if (!user) return undefined
    const [session] = user.sessions
    return {
      disabled: user.disabledAt !== null,
      session: session && {
        ended: session.endedAt !== null,
        tokenKind: TokenKind.parse(session.tokenKind),
        lastSeenAt: session.lastSeenAt,
      },
    }
  }

  const end: SessionRecords['end'] = async (userId, { only, except }, reason) => {
    const rows = await prisma.$queryRaw<{ id: string }[]>`
      WITH ended AS (
        UPDATE sessions SET ended_at = clock_timestamp(), end_reason = ${reason}
        WHERE user_id = ${userId}::uuid AND ended_at IS NULL
          AND (${only ?? null}::uuid IS NULL OR id = ${only ?? null}::uuid)
          AND (${except ?? null}::uuid IS NULL OR id <> ${except ?? null}::uuid)
        RETURNING id
      ), revoked AS (
        UPDATE refresh_tokens SET revoked_at = clock_timestamp(), reason = ${reason}
        WHERE family_id IN (SELECT id FROM ended) AND revoked_at IS NULL
      )
      SELECT id FROM ended`
    return rows.map(({ id }) => id)
  }

  const endedSince: SessionRecords['endedSince'] = async ({ since, after, lookBackS, limit }) => {
    const from = after?.endedAt ?? since
    const beyond = after
      ? Prisma.sql`(ended_at, id) > (${after.endedAt.toISOString()}::timestamptz, ${after.sessionId}::uuid)`
      : Prisma.sql`ended_at >= from_then`
    const rows = await prisma.$queryRaw<{ id: string | null; ended_at: Date | null; now: Date }[]>`
      WITH bound AS (
        SELECT coalesce(${from?.toISOString() ?? null}::timestamptz,
          clock_timestamp() - make_interval(secs => ${lookBackS})) AS from_then
      ), everything AS (
        SELECT id, ended_at FROM sessions, bound WHERE ended_at >= from_then
        UNION ALL
        SELECT id, revoked_at AS ended_at FROM api_keys, bound WHERE revoked_at >= from_then
      ), page AS (
        SELECT id, ended_at FROM everything, bound WHERE ${beyond} ORDER BY ended_at, id LIMIT ${limit}
      )
      SELECT page.id, page.ended_at, clock_timestamp() AS now FROM (SELECT 1) AS one LEFT JOIN page ON true`
    const ended = rows.flatMap(({ id, ended_at: endedAt }): EndedSession[] =>
      id === null || endedAt === null ? [] : [{ sessionId: id, endedAt }],
    )
    return { ended, now: rows[0]?.now ?? new Date() }
  }

  return {
    begin: (session, refresh) => begin(session, refresh).catch(rethrowDatabaseError),
    read: (userId, sessionId) => read(userId, sessionId).catch(rethrowDatabaseError),
    touch: async (sessionId, at) => {
      await prisma.session
        .updateMany({ where: { id: sessionId, endedAt: null }, data: { lastSeenAt: at } })
        .catch(rethrowDatabaseError)
    },
    end: (userId, which, reason) => end(userId, which, reason).catch(rethrowDatabaseError),
    list: async (userId, at) => {
      const where = { userId, endedAt: null, expiresAt: { gt: at } }
      const rows = await prisma.session
        .findMany({ where, orderBy: { id: 'desc' }, take: 200 })
        .catch(rethrowDatabaseError)
      return rows.map(toSession)
    },
    endedSince: (page) => endedSince(page).catch(rethrowDatabaseError),
    sweep: async (before) => {
      const where = { OR: [{ endedAt: { lt: before } }, { absoluteEndAt: { lt: before } }] }
      return (await prisma.session.deleteMany({ where }).catch(rethrowDatabaseError)).count
    },
  }
}

/** What a user's roles allow together: the built-in one, which is their kind, and those that were given besides. */
export async function readGrant(client: Client, userId: string): Promise<Grant> {
  const rows = await client.$queryRaw<{ scope: string }[]>`
    SELECT DISTINCT unnest(roles.scopes) AS scope
    FROM users
      LEFT JOIN user_roles ON user_roles.user_id = users.id
      JOIN roles ON roles.role = users.kind OR roles.role = user_roles.role
    WHERE users.id = ${userId}::uuid
    ORDER BY scope`
  return toGrant(rows.map(({ scope }) => scope))
}

export function toGrant(scopes: string[]): Grant {
  return { kind: scopes.some(isAdministrative) ? 'admin' : 'user', scopes }
}

function toRow({ sessionId: id, client, ...session }: Parameters<SessionRecords['begin']>[0]) {
  const { device = null, userAgent = null, address = null } = client
  return { id, ...session, device, userAgent, address, lastSeenAt: session.createdAt }
}

function toSession(row: SessionRow): Omit<Session, 'current'> {
  const { device, userAgent, address } = row
  return {
    sessionId: row.id,
    tokenKind: TokenKind.parse(row.tokenKind),
    method: row.method,
    ...(device !== null && { device }),
    ...(userAgent !== null && { userAgent }),
    ...(address !== null && { address }),
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  }
}
