import type { Account } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { Kind, NewUser, UserStore } from '../domain/ports.ts'
import type { PrismaClient, User } from './generated/client.ts'

/** Of two that would both be the first administrator, the second waits here and sees that it is not. */
const firstAdministratorLock = 0x7a_d1_41

/** Users in PostgreSQL. A database that cannot be used at the moment is Problem `unavailable`. */
export function createPrismaUserStore(prisma: PrismaClient): UserStore {
  const addUnlessTaken = async (client: Pick<PrismaClient, 'user'>, user: NewUser) =>
    (await client.user.createMany({ data: [user], skipDuplicates: true })).count === 1

  const isThereAnAdministrator = async (client: Pick<PrismaClient, 'user'>) =>
    (await client.user.findFirst({ where: { kind: 'admin' }, select: { id: true } })) !== null

  return {
    add: (user) => addUnlessTaken(prisma, user).catch(rethrowDatabaseError),
    addFirstAdministrator: (user) =>
      prisma
        .$transaction(async (transaction) => {
          await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${firstAdministratorLock})`
          if (await isThereAnAdministrator(transaction)) return 'not-the-first'
          return (await addUnlessTaken(transaction, user)) ? 'added' : 'name-taken'
        })
        .catch(rethrowDatabaseError),
    hasAdministrator: () => isThereAnAdministrator(prisma).catch(rethrowDatabaseError),
    find: async (usernameKey) => {
      const select = { id: true, passwordHash: true }
      return (await prisma.user.findUnique({ where: { usernameKey }, select }).catch(rethrowDatabaseError)) ?? undefined
    },
    read: async (userId) => {
      const user = await prisma.user.findUnique({ where: { id: userId } }).catch(rethrowDatabaseError)
      return user ? toAccount(user) : undefined
    },
  }
}

export function toKind(text: string): Kind {
  return text === 'admin' ? 'admin' : 'user'
}

export function toAccount({ id, username, kind, createdAt }: User): Account {
  return { userId: id, username, kind: toKind(kind), createdAt: createdAt.toISOString() }
}
