import { rethrowDatabaseError } from '@parley/service-kit'
import type { ContactStore, KnownContact } from '../domain/contacts.ts'
import type { NewcomerStore } from '../domain/newcomers.ts'
import type { Contact } from '../domain/ports.ts'
import type { PrismaClient } from './generated/client.ts'
import { lock, type Transaction } from './lock.ts'
import { toUserRow } from './prisma-user-store.ts'

/** Addresses and numbers in PostgreSQL, where one that is verified is one account's only. */
export function createPrismaContactStore(prisma: PrismaClient): ContactStore & NewcomerStore {
  return {
    read: async (userId) => {
      const found = await prisma.contact.findMany({ where: { userId } }).catch(rethrowDatabaseError)
      return found.map(({ kind, value, verifiedAt }) => ({
        kind: kind as KnownContact['kind'],
        value,
        verifiedAt: verifiedAt ?? undefined,
      }))
    },

    findUser: async ({ kind, value }) => {
      const found = await prisma.contact.findMany({ where: { kind, value }, take: 100 }).catch(rethrowDatabaseError)
      const owner = found.find(({ verifiedKey }) => verifiedKey !== null) ?? (found.length === 1 ? found[0] : undefined)
      return owner?.userId
    },

    findOwner: async (contact) => {
      const where = { verifiedKey: keyOf(contact) }
      return (await prisma.contact.findUnique({ where }).catch(rethrowDatabaseError))?.userId
    },

    claim: (userId, contact) =>
      prisma
        .$transaction(async (transaction) => {
          await transaction.contact.deleteMany({ where: { userId, kind: contact.kind, verifiedAt: null } })
          await transaction.contact.createMany({ data: [{ userId, ...contact }], skipDuplicates: true })
        })
        .catch(rethrowDatabaseError),

    verify: (userId, contact, at) =>
      prisma
        .$transaction(async (transaction) => {
          await lock(transaction, keyOf(contact))
          const owner = await transaction.contact.findUnique({ where: { verifiedKey: keyOf(contact) } })
          if (owner && owner.userId !== userId) return false
          await putVerified(transaction, userId, contact, at)
          return true
        })
        .catch(rethrowDatabaseError),

    comeByPhone: (user, phone, at) =>
      prisma
        .$transaction(async (transaction) => {
          const contact = { kind: 'phone', value: phone } as const
          await lock(transaction, keyOf(contact))
          const owner = await transaction.contact.findUnique({ where: { verifiedKey: keyOf(contact) } })
          if (owner) return { userId: owner.userId, isNew: false }
          await transaction.user.create({ data: toUserRow(user) })
          await putVerified(transaction, user.id, contact, at)
          return { userId: user.id, isNew: true }
        })
        .catch(rethrowDatabaseError),
  }
}

async function putVerified(transaction: Transaction, userId: string, contact: Contact, at: Date): Promise<void> {
  const { kind, value } = contact
  const verified = { value, verifiedAt: at, verifiedKey: keyOf(contact) }
  const where = { userId_kind: { userId, kind } }
  await transaction.contact.upsert({ where, create: { userId, kind, ...verified }, update: verified })
}

function keyOf({ kind, value }: Contact): string {
  return `${kind}:${value}`
}
