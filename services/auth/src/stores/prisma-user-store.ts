import type { Account } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { Kind, KnownUser, NewUser, UserStore } from '../domain/ports.ts'
import type { ContactRows } from './contact-rows.ts'
import type { Contact, PrismaClient, User } from './generated/client.ts'

/** Of two that would both be the first administrator, the second waits here and sees that it is not. */
const firstAdministratorLock = 0x7a_d1_41

/** Users in PostgreSQL. A database that cannot be used at the moment is Problem `unavailable`. */
export function createPrismaUserStore(prisma: PrismaClient, contacts: ContactRows): UserStore {
  const addUnlessTaken = async (client: Pick<PrismaClient, 'user'>, user: NewUser) =>
    (await client.user.createMany({ data: [toUserRow(user)], skipDuplicates: true })).count === 1

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
      const user = await prisma.user.findUnique({ where: { usernameKey } }).catch(rethrowDatabaseError)
      return user ? toKnown(user) : undefined
    },
    byId: async (id) => {
      const user = await prisma.user.findUnique({ where: { id } }).catch(rethrowDatabaseError)
      return user ? toKnown(user) : undefined
    },
    setPassword: async (id, passwordHash, insteadOf) => {
      const where = { id, ...(insteadOf !== undefined && { passwordHash: insteadOf }) }
      await prisma.user.updateMany({ where, data: { passwordHash } }).catch(rethrowDatabaseError)
    },
    anOlderHash: async () => {
      const where = { passwordHash: { startsWith: '$2' } }
      const user = await prisma.user.findFirst({ where, select: { passwordHash: true } }).catch(rethrowDatabaseError)
      return user?.passwordHash
    },
    read: async (userId) => {
      const user = await prisma.user
        .findUnique({ where: { id: userId }, include: { contacts: true } })
        .catch(rethrowDatabaseError)
      return user ? toAccount(user, contacts) : undefined
    },
  }
}

export function toKind(text: string): Kind {
  return text === 'admin' ? 'admin' : 'user'
}

/** What stands for a hash where there is no password: no hash is so. */
export const noPassword = '!'

/** A new user as the table has it. */
export function toUserRow({ passwordHash = noPassword, ...user }: NewUser): NewUser & { passwordHash: string } {
  return { ...user, passwordHash }
}

function toKnown({ id, username, passwordHash }: User): KnownUser {
  return { id, username, passwordHash: passwordHash === noPassword ? undefined : passwordHash }
}

export function toAccount(user: User & { contacts: Contact[] }, rows: ContactRows): Account {
  const { id, username, kind, createdAt, displayName, language, timeZone, avatarKey } = user
  const [email, phone] = ['email', 'phone'].map((wanted) => {
    const row = user.contacts.find((contact) => contact.kind === wanted)
    return row && { ...rows.read(row), verifiedAt: row.verifiedAt }
  })
  return {
    userId: id,
    username,
    kind: toKind(kind),
    createdAt: createdAt.toISOString(),
    ...(email && { email: email.value, emailVerified: email.verifiedAt !== null }),
    ...(phone && { phone: phone.value, phoneVerified: phone.verifiedAt !== null }),
    ...(displayName !== null && { displayName }),
    ...(language !== null && { language }),
    ...(timeZone !== null && { timeZone }),
    ...(avatarKey !== null && { avatarKey }),
  }
}
