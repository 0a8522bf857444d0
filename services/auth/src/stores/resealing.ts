import { rethrowDatabaseError } from '@parley/service-kit'
import type { FieldCipher } from '../domain/field-cipher.ts'
import { grantPlace } from '../domain/identities.ts'
import { totpPlace } from '../domain/second-factors.ts'
import type { Contact } from '../domain/ports.ts'
import type { ContactRows } from './contact-rows.ts'
import type { PrismaClient } from './generated/client.ts'

/** `failed` could not be opened: their key is not here any more. */
export type Resealed = { renewed: number; failed: number; complete: boolean }

type Row = { renew: () => Promise<unknown> }
/** The next rows of a table that are not sealed by the key in use, after the one before. */
type Table<Key extends Row> = (after: Key | undefined) => Promise<Key[]>

const batch = 200

/** What is not sealed as it should be: made anew row by row, each only if it is still as it was read. */
export function createResealing(prisma: PrismaClient, cipher: FieldCipher, rows: ContactRows) {
  const outdated = { not: { startsWith: cipher.currentPrefix } }
  const renewed = (text: string, place: Parameters<FieldCipher['decrypt']>[1]) =>
    cipher.encrypt(cipher.decrypt(text, place), place)

  const contactsWhere =
    (wanted: object): Table<{ userId: string; kind: string } & Row> =>
    async (after) => {
      const found = await prisma.contact.findMany({
        where: {
          AND: [
            wanted,
            after ? { OR: [{ userId: { gt: after.userId } }, { userId: after.userId, kind: { gt: after.kind } }] } : {},
          ],
        },
        orderBy: [{ userId: 'asc' }, { kind: 'asc' }],
        take: batch,
      })
      return found.map((row) => ({
        ...row,
        renew: () => {
          const { userId, kind, value } = row
          // Without an index it was stored before anything was sealed.
          const contact = row.valueIndex === null ? { kind: kind as Contact['kind'], value } : rows.read(row)
          const sealed = rows.seal(userId, contact)
          const verifiedKey = row.verifiedKey === null ? null : sealed.valueIndex
          return prisma.contact.updateMany({ where: { userId, kind, value }, data: { ...sealed, verifiedKey } })
        },
      }))
    }

  const totp: Table<{ userId: string } & Row> = async (after) => {
    const where = { method: 'totp', secret: outdated, ...(after && { userId: { gt: after.userId } }) }
    const found = await prisma.secondFactor.findMany({ where, orderBy: { userId: 'asc' }, take: batch })
    return found.map(({ userId, secret }) => ({
      userId,
      renew: () =>
        prisma.secondFactor.updateMany({
          where: { userId, method: 'totp', secret },
          data: { secret: secret === null ? null : renewed(secret, totpPlace(userId)) },
        }),
    }))
  }

  const grants: Table<{ provider: string; subject: string } & Row> = async (after) => {
    const found = await prisma.identityLink.findMany({
      where: {
        grant: outdated,
        ...(after && {
          OR: [{ provider: { gt: after.provider } }, { provider: after.provider, subject: { gt: after.subject } }],
        }),
      },
      orderBy: [{ provider: 'asc' }, { subject: 'asc' }],
      take: batch,
    })
    return found.map(({ provider, subject, grant }) => ({
      provider,
      subject,
      renew: () =>
        prisma.identityLink.updateMany({
          where: { provider, subject, grant },
          data: { grant: grant === null ? null : renewed(grant, grantPlace(provider, subject)) },
        }),
    }))
  }

  async function walk<Key extends Row>(table: Table<Key>, sum: Resealed, signal: AbortSignal): Promise<void> {
    for (let after: Key | undefined; !signal.aborted;) {
      const found = await table(after).catch(rethrowDatabaseError)
      for (const row of found) {
        if (signal.aborted) break
        const renewing = tryOpening(row)
        if (renewing) await renewing.catch(rethrowDatabaseError)
        if (renewing) sum.renewed++
        else sum.failed++
      }
      after = found.at(-1)
      if (found.length < batch) return
    }
  }

  const never = new AbortController().signal
  return {
    /** What was stored before anything was sealed; how many that were. */
    sealPlain: async (): Promise<number> => {
      const sum: Resealed = { renewed: 0, failed: 0, complete: false }
      await walk(contactsWhere({ valueIndex: null }), sum, never)
      return sum.renewed
    },

    /** Makes everything anew that another key has sealed; may be stopped at any row and begun again. */
    reseal: async (signal: AbortSignal = never): Promise<Resealed> => {
      const sum: Resealed = { renewed: 0, failed: 0, complete: false }
      await walk(contactsWhere({ OR: [{ valueIndex: null }, { value: outdated }] }), sum, signal)
      await walk(totp, sum, signal)
      await walk(grants, sum, signal)
      return { ...sum, complete: !signal.aborted }
    },
  }
}

/** Opening happens before anything is asked of the database. */
function tryOpening({ renew }: Row): Promise<unknown> | undefined {
  try {
    return renew()
  } catch {
    return undefined
  }
}
