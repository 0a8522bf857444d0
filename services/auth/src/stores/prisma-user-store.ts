import { Problem } from '@parley/contracts'
import type { UserStore } from '../domain/ports.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'

/** Users in PostgreSQL. A database that cannot be used at the moment is Problem `unavailable`. */
export function createPrismaUserStore(prisma: PrismaClient): UserStore {
  return {
    add: async (user) => {
      const { count } = await prisma.user.createMany({ data: [user], skipDuplicates: true }).catch(toUnavailable)
      return count === 1
    },
    find: async (usernameKey) => {
      const select = { id: true, passwordHash: true }
      const user = await prisma.user.findUnique({ where: { usernameKey }, select }).catch(toUnavailable)
      return user ?? undefined
    },
  }
}

/** Not reachable, connection closed, pool timed out. */
const passing = new Set(['P1001', 'P1002', 'P1008', 'P1011', 'P1017', 'P2024', 'P2037'])

function toUnavailable(error: unknown): never {
  const known = error instanceof Prisma.PrismaClientKnownRequestError && passing.has(error.code)
  if (!known && !(error instanceof Prisma.PrismaClientInitializationError)) throw error
  throw new Problem('unavailable', 'The database is not available at the moment', { cause: error })
}
