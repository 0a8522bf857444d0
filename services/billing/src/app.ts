import { openBus, openDatabase, openedApp, openHealth, repeat, type App, type Given } from '@parley/service-kit'
import type { Config } from './config.ts'
import { createHolds } from './domain/holds.ts'
import { createLedgerObserver } from './ledger-observer.ts'
import { PrismaClient } from './stores/generated/client.ts'
import { createPrismaLedgerStore } from './stores/prisma-ledger-store.ts'
import { createPrismaPriceStore } from './stores/prisma-price-store.ts'
import { createPrismaWalletStore } from './stores/prisma-wallet-store.ts'
import { serveBilling } from './subjects/billing.ts'
import { tables } from './tables.ts'

/** How much one statement of a sweep ends: no wallet waits long for it. */
const sweptAtOnce = 200

/** Opens billing. The bus closes before the database, so that what is under way is written down. */
export async function createApp(config: Config, { log }: Given): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const health = stack.use(await openHealth({ port: config.internalPort }))
  const database = stack.use(await openDatabase(config, tables, { log, health }))
  const prisma = stack.adopt(new PrismaClient({ adapter: database.adapter }), (client) => client.$disconnect())
  // Prisma loads its query compiler with the first query: not while somebody waits.
  await prisma.$queryRaw`SELECT 1`
  const bus = stack.use(await openBus(config, { name: 'billing', log, health }))

  const observer = createLedgerObserver({ log, metrics: health.metrics })
  const ledger = createPrismaLedgerStore(prisma)
  serveBilling({
    bus,
    log,
    ledger,
    holds: observer.counted(createHolds(ledger)),
    wallets: createPrismaWalletStore(prisma),
    prices: createPrismaPriceStore(prisma),
    now: () => new Date(),
  })

  const sweep = async (signal: AbortSignal) => {
    for (const part of [ledger.expireHolds, ledger.sweepGrants]) {
      for (let ended = sweptAtOnce; ended === sweptAtOnce && !signal.aborted;) {
        ended = await part(sweptAtOnce)
        if (part === ledger.expireHolds) observer.expired(ended)
      }
    }
  }
  const prove = async () => observer.proved(await ledger.reconcile())
  stack.use(repeat({ everyMs: config.sweepEveryS * 1_000, work: sweep, what: 'what is over is not ended', log }))
  stack.use(repeat({ everyMs: config.reconcileEveryS * 1_000, work: prove, what: 'the books are not proved', log }))
  await bus.flush()
  return openedApp(stack, health)
}
