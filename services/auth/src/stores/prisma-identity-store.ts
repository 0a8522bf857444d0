import { rethrowDatabaseError } from '@parley/service-kit'
import type { IdentityStore, NewLink } from '../domain/identities.ts'
import type { NewUser } from '../domain/ports.ts'
import type { PrismaClient } from './generated/client.ts'
import { lock, type Transaction } from './lock.ts'
import { noPassword, toUserRow } from './prisma-user-store.ts'

/** Who is who at providers, in PostgreSQL. */
export function createPrismaIdentityStore(prisma: PrismaClient): IdentityStore {
  return {
    find: (provider, subjects) => findUser(prisma, provider, subjects).catch(rethrowDatabaseError),

    keep: (link, user) =>
      prisma
        .$transaction(async (transaction) => {
          for (const subject of link.subjects.toSorted()) await lock(transaction, `${link.provider}:${subject}`)
          const known = await findUser(transaction, link.provider, link.subjects)
          const isNew = known === undefined && typeof user !== 'string'
          if (isNew) await transaction.user.create({ data: toUserRow(user) })
          const userId = known ?? idOf(user)
          await putLinks(transaction, userId, link)
          return { userId, isNew }
        })
        .catch(rethrowDatabaseError),

    list: async (userId) => {
      const found = await prisma.identityLink
        .findMany({ where: { userId }, orderBy: [{ linkedAt: 'asc' }, { subject: 'asc' }] })
        .catch(rethrowDatabaseError)
      return found.map(({ provider, subject, grant, linkedAt }) => {
        return { provider, subject, grant: grant ?? undefined, linkedAt }
      })
    },

    remove: (userId, provider) =>
      prisma
        .$transaction(async (transaction) => {
          // Of two that are removed at the same time, the second sees what the first has left.
          await transaction.$executeRaw`SELECT 1 FROM users WHERE id = ${userId}::uuid FOR UPDATE`
          const [user, contacts, others] = await Promise.all([
            transaction.user.findUnique({ where: { id: userId } }),
            transaction.contact.count({ where: { userId, verifiedAt: { not: null } } }),
            transaction.identityLink.count({ where: { userId, provider: { not: provider } } }),
          ])
          if (user?.passwordHash === noPassword && contacts + others === 0) return false
          await transaction.identityLink.deleteMany({ where: { userId, provider } })
          return true
        })
        .catch(rethrowDatabaseError),
  }
}

type Client = Pick<Transaction, 'identityLink'>

/** Of several, whose the first subject is. */
async function findUser(client: Client, provider: string, subjects: readonly string[]): Promise<string | undefined> {
  const found = await client.identityLink.findMany({ where: { provider, subject: { in: [...subjects] } } })
  return subjects.flatMap((subject) => found.find((link) => link.subject === subject) ?? [])[0]?.userId
}

/** A grant replaces the one before; what is somebody else's stays theirs. */
async function putLinks(transaction: Transaction, userId: string, link: NewLink): Promise<void> {
  const { provider, subjects, grant, at } = link
  const data = subjects.map((subject) => ({ provider, subject, userId, linkedAt: at }))
  await transaction.identityLink.createMany({ data, skipDuplicates: true })
  if (grant === undefined) return
  const [subject] = subjects
  await transaction.identityLink.updateMany({ where: { provider, subject, userId }, data: { grant } })
}

function idOf(user: string | NewUser): string {
  return typeof user === 'string' ? user : user.id
}
