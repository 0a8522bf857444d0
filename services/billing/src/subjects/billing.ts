import { createHash } from 'node:crypto'
import type { Bus } from '@parley/bus'
import { audit, billing, Problem, toProblem, type Entry } from '@parley/contracts'
import { serveErasing, type Logger } from '@parley/service-kit'
import type { Holds } from '../domain/holds.ts'
import type { LedgerStore, PriceStore, WalletStore } from '../domain/ports.ts'

export type BillingSubjects = {
  bus: Bus
  log: Logger
  holds: Holds
  ledger: Pick<LedgerStore, 'costOf' | 'reconcile'>
  wallets: WalletStore
  prices: PriceStore
  now: () => Date
}

/** Serves `billing.v1.*`. */
export function serveBilling(subjects: BillingSubjects): void {
  serveHolds(subjects)
  servePeople(subjects)
  serveAdministrators(subjects)
}

/** What whoever meters asks. */
function serveHolds({ bus, holds, ledger }: BillingSubjects): void {
  bus.handle(billing.reserve, holds.reserve)
  bus.handle(billing.extend, holds.extend)
  bus.handle(billing.settle, holds.settle)
  bus.handle(billing.void, holds.void)
  bus.handle(billing.quote, ({ of }) => ledger.costOf(of))
}

function servePeople({ bus, wallets }: BillingSubjects): void {
  bus.handle(billing.readBalance, (_input, { identity }) => wallets.balanceOf(identity.userId))
  bus.handle(billing.listEntries, async ({ before, limit }, { identity }) =>
    toPage(await wallets.entriesOf(identity.userId, { before, limit: limit + 1 }), limit),
  )
  bus.handle(billing.exportPerson, (_input, { identity }) => wallets.export(identity.userId))
  serveErasing(bus, 'billing', wallets.forget)
}

function serveAdministrators({ bus, log, ledger, wallets, prices, now }: BillingSubjects): void {
  /** Whatever an administrator changes is written down, however it ends. */
  async function audited<T>(
    action: string,
    target: { kind: string; id: string },
    input: object,
    work: () => Promise<T>,
  ) {
    const after = createHash('sha256').update(JSON.stringify(input)).digest('hex')
    const note = (outcome: string) =>
      void bus
        .request(audit.note, { action, target, outcome, after })
        .catch((error: unknown) => log.warn({ error, action, outcome }, 'what happened was not noted'))
    try {
      const output = await work()
      note('done')
      return output
    } catch (error) {
      note(toProblem(error).code)
      throw error
    }
  }

  bus.handle(billing.readUserBalance, ({ userId }) => wallets.balanceOf(userId))
  bus.handle(billing.listUserEntries, async ({ userId, before, limit }) =>
    toPage(await wallets.entriesOf(userId, { before, limit: limit + 1 }), limit),
  )
  bus.handle(billing.grant, (input) =>
    audited('credits.granted', { kind: 'user', id: input.userId }, input, () => {
      const { expiresAt, ...grant } = input
      return wallets.grant({ ...grant, expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt) })
    }),
  )
  bus.handle(billing.adjust, (input) =>
    audited('credits.adjusted', { kind: 'user', id: input.userId }, input, async () => {
      await wallets.adjust(input)
      return wallets.balanceOf(input.userId)
    }),
  )
  bus.handle(billing.listPrices, async () => ({ prices: await prices.list() }))
  bus.handle(billing.setPrice, (input) =>
    audited('price.set', { kind: 'price', id: input.item }, input, async () => {
      const { item, inputPerMillion = 0, outputPerMillion = 0, perMinute = 0 } = input
      const validFrom = input.validFrom === undefined ? undefined : new Date(input.validFrom)
      if (validFrom && validFrom < now()) throw new Problem('bad-request', 'validFrom: a price cannot begin before now')
      return prices.add({ item, inputPerMillion, outputPerMillion, perMinute, validFrom })
    }),
  )
  bus.handle(billing.reconcile, () => ledger.reconcile())
}

/** One more than asked for says that there is another page. */
function toPage(entries: Entry[], limit: number): { entries: Entry[]; before?: number | undefined } {
  const page = entries.slice(0, limit)
  return { entries: page, before: entries.length > limit ? page.at(-1)?.sequence : undefined }
}
