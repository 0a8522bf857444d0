import { ErasedCounts } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import { z } from 'zod'
import type { ErasureStore, KnownErasure } from '../domain/erasures.ts'
import type { Erasure as ErasureRow, PrismaClient } from './generated/client.ts'

const mostOpen = 100

/** Receipts of deleted accounts in PostgreSQL. */
export function createPrismaErasureStore(prisma: PrismaClient): ErasureStore {
  return {
    begin: async ({ erasureId, userId, at }) => {
      const data = [{ id: erasureId, userId, requestedAt: at }]
      await prisma.erasure.createMany({ data, skipDuplicates: true }).catch(rethrowDatabaseError)
      return toKnown(await prisma.erasure.findUniqueOrThrow({ where: { userId } }).catch(rethrowDatabaseError))
    },

    read: async (id) => {
      const found = await prisma.erasure.findUnique({ where: { id } }).catch(rethrowDatabaseError)
      return found ? toKnown(found) : undefined
    },

    open: async () => {
      const found = await prisma.erasure
        .findMany({ where: { finishedAt: null }, orderBy: { requestedAt: 'asc' }, take: mostOpen })
        .catch(rethrowDatabaseError)
      return found.map(toKnown)
    },

    note: async (id, service, erased) => {
      const part = JSON.stringify({ [service]: erased })
      // Services answer at the same time: each adds its own part.
      await prisma.$executeRaw`
        UPDATE erasures SET erased = erased || ${part}::jsonb
        WHERE id = ${id}::uuid AND finished_at IS NULL AND NOT erased ? ${service}`.catch(rethrowDatabaseError)
      const found = await prisma.erasure.findUnique({ where: { id } }).catch(rethrowDatabaseError)
      return found ? toKnown(found) : undefined
    },

    finish: (id, at) =>
      prisma
        .$transaction(async (transaction) => {
          const [row] = await transaction.$queryRaw<{ user_id: string | null }[]>`
            SELECT user_id FROM erasures WHERE id = ${id}::uuid AND finished_at IS NULL FOR UPDATE`
          const userId = row?.user_id
          if (!userId) return undefined
          const where = { userId }
          const [contacts, identities, sessions, apiKeys, files] = await Promise.all([
            transaction.contact.count({ where }),
            transaction.identityLink.count({ where }),
            transaction.session.count({ where }),
            transaction.apiKey.count({ where }),
            transaction.userFile.count({ where }),
          ])
          const { count: accounts } = await transaction.user.deleteMany({ where: { id: userId } })
          const part = JSON.stringify({ auth: { accounts, contacts, identities, sessions, apiKeys, files } })
          await transaction.$executeRaw`
            UPDATE erasures SET erased = erased || ${part}::jsonb, user_id = NULL, finished_at = ${at} WHERE id = ${id}::uuid`
          return toKnown(await transaction.erasure.findUniqueOrThrow({ where: { id } }))
        })
        .catch(rethrowDatabaseError),
  }
}

const Parts = z.record(z.string(), ErasedCounts)

function toKnown({ id, userId, requestedAt, finishedAt, erased }: ErasureRow): KnownErasure {
  return {
    erasureId: id,
    userId: userId ?? undefined,
    requestedAt: requestedAt.toISOString(),
    ...(finishedAt && { finishedAt: finishedAt.toISOString() }),
    erased: Parts.parse(erased),
  }
}
