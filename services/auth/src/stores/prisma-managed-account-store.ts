import type { ManagedAccount } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { AccountChange, ManagedAccountStore } from '../domain/administration.ts'
import type { ContactRows } from './contact-rows.ts'
import type { Contact, PrismaClient, User } from './generated/client.ts'
import { toAccount } from './prisma-user-store.ts'

/** Of two administrators who would each leave only the other, the second waits here and sees that nobody would be left. */
const lastAdministratorLock = 0x7a_d1_42

type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0]

/** Accounts as administrators see and change them, in PostgreSQL. */
export function createManagedAccountStore(prisma: PrismaClient, contacts: ContactRows): ManagedAccountStore {
  /** Makes a change, unless it would leave no administrator who can log in. */
  const change = (userId: string, leaves: boolean, work: (transaction: Transaction) => Promise<void>) =>
    prisma.$transaction(async (transaction): Promise<AccountChange> => {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${lastAdministratorLock})`
      const user = await transaction.user.findUnique({ where: { id: userId } })
      if (!user) return 'unknown'
      if (leaves && user.kind === 'admin' && user.disabledAt === null) {
        const others = { kind: 'admin', disabledAt: null, id: { not: userId } }
        if ((await transaction.user.count({ where: others })) === 0) return 'last-administrator'
      }
      await work(transaction)
      return 'changed'
    })

  return {
    list: async ({ before, limit }) => {
      const where = before === undefined ? {} : { id: { lt: before } }
      const users = await prisma.user
        .findMany({ where, orderBy: { id: 'desc' }, take: limit, include: { roles: true, contacts: true } })
        .catch(rethrowDatabaseError)
      return users.map((user) => toManaged(user, contacts))
    },
    read: async (userId) => {
      const user = await prisma.user
        .findUnique({ where: { id: userId }, include: { roles: true, contacts: true } })
        .catch(rethrowDatabaseError)
      return user ? toManaged(user, contacts) : undefined
    },
    setDisabled: (userId, at) =>
      change(userId, at !== undefined, async ({ user }) => {
        await user.update({ where: { id: userId }, data: { disabledAt: at ?? null } })
      }).catch(rethrowDatabaseError),
    setRoles: (userId, kind, others) =>
      change(userId, kind !== 'admin', async ({ user, userRole }) => {
        await user.update({ where: { id: userId }, data: { kind } })
        await userRole.deleteMany({ where: { userId, role: { notIn: [...others] } } })
        await userRole.createMany({ data: others.map((role) => ({ userId, role })), skipDuplicates: true })
      }).catch(rethrowDatabaseError),
    setPassword: async (userId, passwordHash) =>
      (await prisma.user.updateMany({ where: { id: userId }, data: { passwordHash } }).catch(rethrowDatabaseError))
        .count > 0,
  }
}

type ManagedRow = User & { roles: { role: string }[]; contacts: Contact[] }

function toManaged({ roles, ...user }: ManagedRow, contacts: ContactRows): ManagedAccount {
  const account = toAccount(user, contacts)
  return {
    ...account,
    roles: [account.kind, ...roles.map(({ role }) => role).toSorted()],
    ...(user.disabledAt && { disabledAt: user.disabledAt.toISOString() }),
  }
}
