import type { Bus } from '@parley/bus'
import { billing, type Consumption, type Payer, type Reconciliation } from '@parley/contracts'
import { createLogger } from '@parley/service-kit'
import { callAs, newPerson, openCornerBus } from '@parley/test-caller'
import { cornerEnvironment, openCorner, type Corner } from '@parley/testkit'
import pg from 'pg'
import { v7 as newId } from 'uuid'
import { createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'

export const admin = newPerson('admin')

export type BillingFixture = AsyncDisposable & {
  bus: Bus
  corner: Corner
  /** @param userId or `platform` */
  reserve: (userId: string, micro: number, more?: object) => ReturnType<typeof reserveOn>
  settle: (holdId: string, used: number | Consumption, more?: object) => Promise<unknown>
  grant: (userId: string, amount: number, more?: object) => Promise<string>
  balance: (userId: string) => Promise<{ posted: number; held: number; available: number }>
  reconcile: () => Promise<Reconciliation>
  query: (sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>
}

export const amount = (micro: number): Consumption => ({ type: 'amount', micro })

/** Two instances of billing on infrastructure of their own, and a caller's bus. */
export async function openBilling(): Promise<BillingFixture> {
  await using stack = new AsyncDisposableStack()
  const corner = stack.use(await openCorner())
  const log = createLogger({ service: 'billing', level: 'silent' })
  const config = { ...cornerEnvironment(corner), CREDITS_SWEEP_EVERY_S: '1', DATABASE_POOL_SIZE: '3' }
  for (let instance = 0; instance < 2; instance++) stack.use(await createApp(readConfig(config), { log }))
  const bus = stack.use(await openCornerBus(corner))
  const client = new pg.Client({ connectionString: corner.databaseUrl, options: '-c search_path=billing' })
  await client.connect()
  stack.defer(() => client.end())
  const owned = stack.move()
  return {
    bus,
    corner,
    reserve: (userId, micro, more) => reserveOn(bus, userId, micro, more),
    settle: (holdId, used, more = {}) =>
      bus.request(billing.settle, { holdId, used: typeof used === 'number' ? amount(used) : used, ...more }),
    grant: async (userId, given, more = {}) => {
      const input = { grantId: newId(), userId, amount: given, reason: 'a test', ...more }
      return (await callAs(admin, () => bus.request(billing.grant, input))).grantId
    },
    balance: async (userId) => {
      const { posted, held, available } = await callAs(admin, () => bus.request(billing.readUserBalance, { userId }))
      return { posted, held, available }
    },
    reconcile: () => callAs(admin, () => bus.request(billing.reconcile, {})),
    query: async (sql, values) => (await client.query(sql, values)).rows as Record<string, unknown>[],
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function reserveOn(bus: Bus, userId: string, micro: number, more: object = {}) {
  const payer: Payer = userId === 'platform' ? userId : { userId }
  return bus.request(billing.reserve, {
    holdId: newId(),
    payer,
    most: [amount(micro)],
    lifeS: 60,
    purpose: 'reply',
    ...more,
  })
}

/** Books without a fault, whatever is in them. */
export const proved = { sum: 0, unbalanced: 0, wrongPosted: 0, wrongHeld: 0, wrongGrants: 0 }
