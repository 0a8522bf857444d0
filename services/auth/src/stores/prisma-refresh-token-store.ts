import { rethrowDatabaseError } from '@parley/service-kit'
import type { RefreshTokens } from '../domain/session-ports.ts'
import type { PrismaClient } from './generated/client.ts'
import { readGrant } from './prisma-session-records.ts'

type KnownRow = {
  family_id: string
  user_id: string
  expires_at: Date
  last_seen_at: Date
  is_void: boolean
  rotated_at: Date | null
  successor_id: string | null
  successor_fingerprint: string | null
  successor_expires_at: Date | null
}

/** Refresh tokens in PostgreSQL, by the digest of the token. */
export function createRefreshTokenStore(prisma: PrismaClient): RefreshTokens {
  const find: RefreshTokens['find'] = async (hash) => {
    const [row] = await prisma.$queryRaw<KnownRow[]>`
      SELECT token.family_id, session.user_id, token.expires_at, session.last_seen_at,
        token.revoked_at IS NOT NULL OR session.ended_at IS NOT NULL OR users.disabled_at IS NOT NULL AS is_void,
        token.rotated_at, token.successor_id,
        successor.fingerprint AS successor_fingerprint, successor.expires_at AS successor_expires_at
      FROM refresh_tokens AS token
        JOIN sessions AS session ON session.id = token.family_id
        JOIN users ON users.id = session.user_id
        LEFT JOIN refresh_tokens AS successor ON successor.id = token.successor_id
      WHERE token.hash = ${hash}`
    return row && fromRow(row)
  }

  /** One statement: of any number at the same time, one finds the token not rotated yet. */
  const claim: RefreshTokens['claim'] = async (hash, at, successor) => {
    const [row] = await prisma.$queryRaw<{ id: string; user_id: string; expires_at: Date }[]>`
      WITH claimed AS (
        UPDATE refresh_tokens SET rotated_at = ${at}, successor_id = ${successor.id}::uuid
        WHERE hash = ${hash} AND rotated_at IS NULL AND revoked_at IS NULL AND expires_at > ${at}
          AND EXISTS (SELECT FROM sessions WHERE id = family_id AND ended_at IS NULL)
        RETURNING family_id
      ), refreshed AS (
        UPDATE sessions SET last_seen_at = ${at}, expires_at = least(${successor.expiresAt}::timestamptz, absolute_end_at)
        FROM claimed WHERE sessions.id = claimed.family_id
        RETURNING sessions.id, sessions.user_id, sessions.expires_at
      ), born AS (
        INSERT INTO refresh_tokens (id, family_id, hash, fingerprint, created_at, expires_at)
        SELECT ${successor.id}::uuid, id, ${successor.hash}, ${successor.fingerprint}, ${at}, expires_at FROM refreshed
      )
      SELECT id, user_id, expires_at FROM refreshed`
    return row && { sessionId: row.id, userId: row.user_id, expiresAt: row.expires_at }
  }

  return {
    find: (hash) => find(hash).catch(rethrowDatabaseError),
    claim: (hash, at, successor) => claim(hash, at, successor).catch(rethrowDatabaseError),
    grantOf: async (sessionId) => {
      const where = { id: sessionId, endedAt: null, user: { disabledAt: null } }
      const session = await prisma.session.findFirst({ where, select: { userId: true } }).catch(rethrowDatabaseError)
      return session ? readGrant(prisma, session.userId).catch(rethrowDatabaseError) : undefined
    },
  }
}

function fromRow(row: KnownRow): Awaited<ReturnType<RefreshTokens['find']>> {
  const { rotated_at: at, successor_id: id, successor_fingerprint: fingerprint, successor_expires_at: expiresAt } = row
  return {
    familyId: row.family_id,
    userId: row.user_id,
    expiresAt: row.expires_at,
    lastSeenAt: row.last_seen_at,
    void: row.is_void,
    rotated:
      at && id && fingerprint && expiresAt
        ? { at, successorId: id, successorFingerprint: fingerprint, successorExpiresAt: expiresAt }
        : undefined,
  }
}
