import { KeyScope, type ApiKey } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { ApiKeyStore } from '../domain/api-keys.ts'
import type { ApiKey as ApiKeyRow, PrismaClient } from './generated/client.ts'
import { readGrant } from './prisma-session-records.ts'

/** API keys in PostgreSQL, by the part that may be shown. */
export function createApiKeyStore(prisma: PrismaClient): ApiKeyStore {
  const add: ApiKeyStore['add'] = ({ keyId: id, createdAt, expiresAt, ...key }, most) =>
    prisma.$transaction(async (transaction) => {
      // Of those who make keys for one user at the same time, one counts after the other.
      await transaction.$queryRaw`SELECT id FROM users WHERE id = ${key.userId}::uuid FOR UPDATE`
      if ((await transaction.apiKey.count({ where: { userId: key.userId, revokedAt: null } })) >= most) return false
      const times = {
        createdAt: new Date(createdAt),
        ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt) }),
      }
      await transaction.apiKey.create({ data: { id, ...key, ...times } })
      return true
    })

  const find: ApiKeyStore['find'] = async (prefix) => {
    const row = await prisma.apiKey.findFirst({ where: { prefix, user: { disabledAt: null } } })
    if (!row) return undefined
    const grant = await readGrant(prisma, row.userId)
    return { key: toKey(row), userId: row.userId, hash: row.hash, revoked: row.revokedAt !== null, grant }
  }

  const list = async (userId: string) => {
    const rows = await prisma.apiKey.findMany({ where: { userId, revokedAt: null }, orderBy: { id: 'desc' } })
    return rows.map(toKey)
  }

  return {
    add: (key, most) => add(key, most).catch(rethrowDatabaseError),
    find: (prefix) => find(prefix).catch(rethrowDatabaseError),
    list: (userId) => list(userId).catch(rethrowDatabaseError),
    touch: async (id, at) => {
      await prisma.apiKey.updateMany({ where: { id }, data: { lastUsedAt: at } }).catch(rethrowDatabaseError)
    },
    revoke: async (userId, keyId) => {
      const count = await prisma.$executeRaw`
        UPDATE api_keys SET revoked_at = clock_timestamp()
        WHERE id = ${keyId}::uuid AND user_id = ${userId}::uuid AND revoked_at IS NULL`.catch(rethrowDatabaseError)
      return count > 0
    },
    revokeAll: async (userId) => {
      const rows = await prisma.$queryRaw<{ id: string }[]>`
        UPDATE api_keys SET revoked_at = clock_timestamp()
        WHERE user_id = ${userId}::uuid AND revoked_at IS NULL RETURNING id`.catch(rethrowDatabaseError)
      return rows.map(({ id }) => id)
    },
  }
}

function toKey({ id, name, prefix, scopes, createdAt, lastUsedAt, expiresAt }: ApiKeyRow): ApiKey {
  return {
    keyId: id,
    name,
    prefix,
    scopes: scopes.flatMap((scope) => KeyScope.safeParse(scope).data ?? []),
    createdAt: createdAt.toISOString(),
    ...(lastUsedAt && { lastUsedAt: lastUsedAt.toISOString() }),
    ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
  }
}
