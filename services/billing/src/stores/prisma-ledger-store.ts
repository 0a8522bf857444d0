import { Problem, type Reconciliation } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { LedgerStore, Outcome, Refusal, StoredHold } from '../domain/ports.ts'
import type { PrismaClient } from './generated/client.ts'

type HoldRow = {
  number: number
  refused: Refusal | null
  id: string
  state: StoredHold['state']
  max: bigint
  charged: bigint | null
  borne: bigint | null
  price_version: number | null
  expires_at: Date
}

/** The books in PostgreSQL: what changes them are its functions, a call of which is one transaction. */
export function createPrismaLedgerStore(prisma: PrismaClient): LedgerStore {
  async function count(query: Promise<{ count: number }[]>): Promise<number> {
    return (await query.catch(rethrowDatabaseError))[0]?.count ?? 0
  }

  return {
    work: async (steps) => {
      const work = JSON.stringify(steps.map((step, number) => ({ number, ...step })))
      const rows = await prisma.$queryRaw<HoldRow[]>`SELECT * FROM work_on_holds(${work}::jsonb) ORDER BY number`.catch(
        rethrowDatabaseError,
      )
      return rows.map(toOutcome)
    },
    expireHolds: (most) => count(prisma.$queryRaw`SELECT expire_holds(${most}::int) AS count`),
    sweepGrants: (most) => count(prisma.$queryRaw`SELECT sweep_grants(${most}::int) AS count`),
    costOf: async (of) => {
      const [cost] = await prisma.$queryRaw<
        { micro: bigint; price: number | null }[]
      >`SELECT * FROM cost_of(${JSON.stringify(of)}::jsonb, now())`.catch(rethrowDatabaseError)
      if (!cost) throw new Problem('internal', 'A price is missing')
      return { micro: Number(cost.micro), priceVersion: cost.price ?? undefined }
    },
    reconcile: async () => {
      const [found] = await prisma.$queryRaw<Record<keyof Reconciliation, bigint>[]>`
        WITH posted AS (SELECT account_id, sum(amount) AS sum FROM entries GROUP BY account_id),
        held AS (SELECT account_id, sum(max) AS sum FROM holds WHERE state = 'held' GROUP BY account_id),
        left_over AS (SELECT account_id, sum(remaining) AS sum FROM grants WHERE remaining > 0 GROUP BY account_id),
        wallets AS (
          SELECT accounts.*, coalesce(posted.sum, 0) AS entered, coalesce(held.sum, 0) AS holding,
            coalesce(left_over.sum, 0) AS granted
          FROM accounts LEFT JOIN posted ON posted.account_id = id LEFT JOIN held ON held.account_id = id
            LEFT JOIN left_over ON left_over.account_id = id
          WHERE kind = 'wallet'
        )
        SELECT (SELECT count(*) FROM entries) AS entries, (SELECT count(*) FROM wallets) AS wallets,
          (SELECT coalesce(sum(amount), 0)::bigint FROM entries) AS sum,
          (SELECT count(*) FROM (SELECT 1 FROM entries GROUP BY transfer_id HAVING sum(amount) <> 0) uneven) AS unbalanced,
          (SELECT count(*) FROM wallets WHERE posted <> entered) AS "wrongPosted",
          (SELECT count(*) FROM wallets WHERE held <> holding) AS "wrongHeld",
          (SELECT count(*) FROM wallets WHERE posted <> granted) AS "wrongGrants"`.catch(rethrowDatabaseError)
      return Object.fromEntries(
        Object.entries(found ?? {}).map(([name, value]) => [name, Number(value)]),
      ) as Reconciliation
    },
  }
}

function toOutcome({ refused, id, state, max, charged, borne, price_version, expires_at }: HoldRow): Outcome {
  if (refused) return { refused }
  const hold = {
    holdId: id,
    state,
    max: Number(max),
    charged: charged === null ? undefined : Number(charged),
    borne: borne === null ? undefined : Number(borne),
    priceVersion: price_version ?? undefined,
    expiresAt: expires_at,
  }
  return { refused: undefined, hold }
}
