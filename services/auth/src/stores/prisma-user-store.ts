import { rethrowDatabaseError } from '@parley/service-kit'
import type { UserStore } from '../domain/ports.ts'
import type { PrismaClient } from './generated/client.ts'

/** Users in PostgreSQL. A database that cannot be used at the moment is Problem `unavailable`. */
export function createPrismaUserStore(prisma: PrismaClient): UserStore {
  return {
    add: async (user) => {
      const { count } = await prisma.user.createMany({ data: [user], skipDuplicates: true }).catch(rethrowDatabaseError)
      return count === 1
    },
    find: async (usernameKey) => {
      const select = { id: true, passwordHash: true }
      const user = await prisma.user.findUnique({ where: { usernameKey }, select }).catch(rethrowDatabaseError)
      return user ?? undefined
    },
  }
}
