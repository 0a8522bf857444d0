import type { ExportItem } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { ProfileStore } from '../domain/profiles.ts'
import type { PrismaClient } from './generated/client.ts'

const pageSize = 500

/** Profiles, files and what else is known of somebody, in PostgreSQL. */
export function createPrismaProfileStore(prisma: PrismaClient): ProfileStore {
  return {
    update: async (userId, changes) => {
      const given = Object.entries(changes).filter(([, value]) => value !== undefined)
      const data = Object.fromEntries(given)
      await prisma.user.updateMany({ where: { id: userId }, data }).catch(rethrowDatabaseError)
    },

    setAvatar: (userId, avatarKey) =>
      prisma
        .$transaction(async (transaction) => {
          // Of two at the same time, the second finds what the first has put.
          const [row] = await transaction.$queryRaw<{ avatar_key: string | null }[]>`
            SELECT avatar_key FROM users WHERE id = ${userId}::uuid FOR UPDATE`
          await transaction.user.updateMany({ where: { id: userId }, data: { avatarKey } })
          return row?.avatar_key ?? undefined
        })
        .catch(rethrowDatabaseError),

    keepFile: async (userId, key, at) => {
      const data = [{ userId, key, keptAt: at }]
      await prisma.userFile.createMany({ data, skipDuplicates: true }).catch(rethrowDatabaseError)
    },

    listFiles: async ({ userId, after, limit }) => {
      const where = { userId, ...(after !== undefined && { key: { gt: after } }) }
      const rows = await prisma.userFile
        .findMany({ where, orderBy: { key: 'asc' }, take: limit, select: { key: true } })
        .catch(rethrowDatabaseError)
      return rows.map(({ key }) => key)
    },

    findAvatar: async (userId) => {
      const where = { id: userId }
      const row = await prisma.user.findUnique({ where, select: { avatarKey: true } }).catch(rethrowDatabaseError)
      return row?.avatarKey ?? undefined
    },

    export: async function* (userId): AsyncGenerator<ExportItem, void> {
      const where = { userId }
      const [links, factors, keys] = await Promise.all([
        prisma.identityLink.findMany({ where }),
        prisma.secondFactor.findMany({ where, select: { method: true, confirmedAt: true } }),
        prisma.apiKey.findMany({ where, orderBy: { id: 'asc' } }),
      ]).catch(rethrowDatabaseError)
      for (const { provider, subject, linkedAt } of links)
        yield { kind: 'identity', data: { provider, subject, linkedAt: linkedAt.toISOString() } }
      for (const { method, confirmedAt } of factors)
        if (confirmedAt) yield { kind: 'second-factor', data: { method, since: confirmedAt.toISOString() } }
      for (const { name, prefix, scopes, createdAt, lastUsedAt } of keys) {
        const lastUsed = lastUsedAt && { lastUsedAt: lastUsedAt.toISOString() }
        yield { kind: 'api-key', data: { name, prefix, scopes, createdAt: createdAt.toISOString(), ...lastUsed } }
      }
      yield* exportSessions(prisma, userId)
    },
  }
}

async function* exportSessions(prisma: PrismaClient, userId: string): AsyncGenerator<ExportItem, void> {
  for (let after: string | undefined; ;) {
    const where = { userId, ...(after !== undefined && { id: { gt: after } }) }
    const page = await prisma.session
      .findMany({ where, orderBy: { id: 'asc' }, take: pageSize })
      .catch(rethrowDatabaseError)
    for (const { id, method, device, userAgent, address, createdAt, lastSeenAt, endedAt } of page) {
      const times = { createdAt: createdAt.toISOString(), lastSeenAt: lastSeenAt.toISOString() }
      const data = { sessionId: id, method, device, userAgent, address, ...times }
      yield { kind: 'session', data: { ...data, ...(endedAt && { endedAt: endedAt.toISOString() }) } }
    }
    after = page.at(-1)?.id
    if (page.length < pageSize) return
  }
}
