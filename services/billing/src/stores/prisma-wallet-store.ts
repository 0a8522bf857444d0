import { Problem, type Balance, type Entry, type ExportItem, type Grant } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { WalletStore } from '../domain/ports.ts'
import type { Grant as GrantRow, Prisma, PrismaClient } from './generated/client.ts'

type EntryRow = {
  sequence: bigint
  at: Date
  kind: Entry['kind']
  amount: bigint
  price_version: number | null
  purpose: string | null
  item: string | null
  input_tokens: number | null
  output_tokens: number | null
  reason: string | null
}
type Refused = { refused: 'conflict' | 'insufficient-credits' | null }[]

const exportPage = 200
/** More grants than anybody has at a time. */
const mostGrants = 200

/** Wallets in PostgreSQL. */
export function createPrismaWalletStore(prisma: PrismaClient): WalletStore {
  function findWallet(userId: string) {
    const grants: Prisma.Account$grantsArgs = {
      where: { remaining: { gt: 0 } },
      orderBy: [
        { priority: 'asc' },
        { expiresAt: { sort: 'asc', nulls: 'last' } },
        { createdAt: 'asc' },
        { id: 'asc' },
      ],
      take: mostGrants,
    }
    return prisma.account.findUnique({ where: { userId }, include: { grants } }).catch(rethrowDatabaseError)
  }

  async function entriesOf(userId: string, { before, limit }: { before: number | undefined; limit: number }) {
    const rows = await prisma.$queryRaw<EntryRow[]>`
      SELECT entries.sequence, entries.at, entries.kind, entries.amount, entries.price_version, holds.purpose, holds.item,
        holds.input_tokens, holds.output_tokens, coalesce(adjustments.reason, grants.reason) AS reason
      FROM accounts JOIN entries ON entries.account_id = accounts.id
        LEFT JOIN holds ON holds.id = entries.hold_id
        LEFT JOIN grants ON grants.id = entries.grant_id
        LEFT JOIN adjustments ON adjustments.id = entries.transfer_id
      WHERE accounts.user_id = ${userId}::uuid AND (${before ?? null}::bigint IS NULL OR entries.sequence < ${before ?? null}::bigint)
      ORDER BY entries.sequence DESC LIMIT ${limit}`.catch(rethrowDatabaseError)
    return rows.map(toEntry)
  }

  async function balanceOf(userId: string): Promise<Balance> {
    const wallet = await findWallet(userId)
    const [posted, held] = [Number(wallet?.posted ?? 0), Number(wallet?.held ?? 0)]
    return { posted, held, available: posted - held, grants: (wallet?.grants ?? []).map(toGrant) }
  }

  return {
    balanceOf,
    entriesOf,
    grant: async ({ grantId, userId, amount, priority, expiresAt = null, reason }) => {
      const refused =
        await prisma.$queryRaw<Refused>`SELECT give_grant(${grantId}::uuid, ${userId}::uuid, ${amount}::bigint,
        ${priority}::int, ${expiresAt}::timestamptz, ${reason}, 'grant') AS refused`.catch(rethrowDatabaseError)
      throwRefused(refused, 'This grant is already something else, or the wallet would be too full')
      return toGrant(await prisma.grant.findUniqueOrThrow({ where: { id: grantId } }).catch(rethrowDatabaseError))
    },
    adjust: async ({ adjustmentId, userId, amount, reason }) => {
      const refused = await prisma.$queryRaw<Refused>`
        SELECT adjust_wallet(${adjustmentId}::uuid, ${userId}::uuid, ${amount}::bigint, ${reason}) AS refused`.catch(
        rethrowDatabaseError,
      )
      throwRefused(refused, 'This adjustment is already something else, or the wallet would be too full')
    },
    export: async function* (userId): AsyncGenerator<ExportItem, void> {
      const { grants, ...balance } = await balanceOf(userId)
      yield { kind: 'balance', data: balance }
      for (const grant of grants) yield { kind: 'grant', data: grant }
      for (let before: number | undefined; ;) {
        const page = await entriesOf(userId, { before, limit: exportPage })
        for (const entry of page) yield { kind: 'credit-entry', data: entry }
        before = page.at(-1)?.sequence
        if (page.length < exportPage) return
      }
    },
    forget: (userId) =>
      prisma
        .$transaction(async (transaction) => {
          const wallet = await transaction.account.findUnique({ where: { userId } })
          if (!wallet) return { wallets: 0 }
          const { id: accountId } = wallet
          await transaction.grant.updateMany({ where: { accountId }, data: { reason: '' } })
          await transaction.adjustment.updateMany({ where: { accountId }, data: { reason: '' } })
          await transaction.account.update({ where: { id: accountId }, data: { userId: null } })
          return { wallets: 1 }
        })
        .catch(rethrowDatabaseError),
  }
}

function throwRefused([outcome]: Refused, detail: string): void {
  if (outcome?.refused === 'conflict') throw new Problem('conflict', detail)
  if (outcome?.refused) throw new Problem(outcome.refused, 'There are not enough credits for this')
}

function toGrant({ id, amount, remaining, priority, expiresAt, reason, createdAt }: GrantRow): Grant {
  return {
    grantId: id,
    amount: Number(amount),
    remaining: Number(remaining),
    priority,
    ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
    reason,
    createdAt: createdAt.toISOString(),
  }
}

function toEntry({ sequence, at, kind, amount, price_version, purpose, item, input_tokens, ...row }: EntryRow): Entry {
  return {
    sequence: Number(sequence),
    at: at.toISOString(),
    kind,
    amount: Number(amount),
    purpose: purpose ?? undefined,
    item: item ?? undefined,
    inputTokens: input_tokens ?? undefined,
    outputTokens: row.output_tokens ?? undefined,
    priceVersion: price_version ?? undefined,
    reason: row.reason || undefined,
  }
}
