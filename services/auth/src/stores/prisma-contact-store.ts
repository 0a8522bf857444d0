import { rethrowDatabaseError } from '@parley/service-kit'
import type { ContactStore } from '../domain/contacts.ts'
import type { NewcomerStore } from '../domain/newcomers.ts'
import type { Contact } from '../domain/ports.ts'
import type { ContactRows } from './contact-rows.ts'
import type { PrismaClient } from './generated/client.ts'
import { lock, type Transaction } from './lock.ts'
import { toUserRow } from './prisma-user-store.ts'

/** Addresses and numbers in PostgreSQL, where one that is verified is one account's only. */
export function createPrismaContactStore(prisma: PrismaClient, rows: ContactRows): ContactStore & NewcomerStore {
  const ownerOf = async (client: Pick<Transaction, 'contact'>, contact: Contact) =>
    (await client.contact.findFirst({ where: { verifiedKey: { in: rows.indexesOf(contact) } } }))?.userId

  /** By the oldest key, which instances have in common while keys are being replaced. */
  const lockContact = (transaction: Transaction, contact: Contact) =>
    lock(transaction, rows.indexesOf(contact).at(-1) ?? '')

  async function putVerified(transaction: Transaction, userId: string, contact: Contact, at: Date): Promise<void> {
    const { kind } = contact
    const sealed = rows.seal(userId, contact)
    const verified = { ...sealed, verifiedAt: at, verifiedKey: sealed.valueIndex }
    const where = { userId_kind: { userId, kind } }
    await transaction.contact.upsert({ where, create: { userId, kind, ...verified }, update: verified })
  }

  return {
    read: async (userId) => {
      const found = await prisma.contact.findMany({ where: { userId } }).catch(rethrowDatabaseError)
      return found.map((row) => ({ ...rows.read(row), verifiedAt: row.verifiedAt ?? undefined }))
    },

    findUser: async (contact) => {
      const where = { kind: contact.kind, valueIndex: { in: rows.indexesOf(contact) } }
      const found = await prisma.contact.findMany({ where, take: 100 }).catch(rethrowDatabaseError)
      const owner = found.find(({ verifiedKey }) => verifiedKey !== null) ?? (found.length === 1 ? found[0] : undefined)
      return owner?.userId
    },

    findOwner: (contact) => ownerOf(prisma, contact).catch(rethrowDatabaseError),

    claim: (userId, contact) =>
      prisma
        .$transaction(async (transaction) => {
          const { kind } = contact
          await transaction.contact.deleteMany({ where: { userId, kind, verifiedAt: null } })
          const data = [{ userId, kind, ...rows.seal(userId, contact) }]
          await transaction.contact.createMany({ data, skipDuplicates: true })
        })
        .catch(rethrowDatabaseError),

    verify: (userId, contact, at) =>
      prisma
        .$transaction(async (transaction) => {
          await lockContact(transaction, contact)
          const owner = await ownerOf(transaction, contact)
          if (owner !== undefined && owner !== userId) return false
          await putVerified(transaction, userId, contact, at)
          return true
        })
        .catch(rethrowDatabaseError),

    comeByPhone: (user, phone, at) =>
      prisma
        .$transaction(async (transaction) => {
          const contact = { kind: 'phone', value: phone } as const
          await lockContact(transaction, contact)
          const owner = await ownerOf(transaction, contact)
          if (owner !== undefined) return { userId: owner, isNew: false }
          await transaction.user.create({ data: toUserRow(user) })
          await putVerified(transaction, user.id, contact, at)
          return { userId: user.id, isNew: true }
        })
        .catch(rethrowDatabaseError),
  }
}
