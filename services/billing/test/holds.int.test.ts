import { billing } from '@parley/contracts'
import { drift } from '@parley/service-kit'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tables } from '../src/tables.ts'
import { amount, openBilling, proved, type BillingFixture } from './fixture.ts'

let fixture: BillingFixture
beforeAll(async () => {
  fixture = await openBilling()
})
afterAll(() => fixture[Symbol.asyncDispose]())

async function newWallet(credits = 1_000): Promise<string> {
  const userId = newId()
  await fixture.grant(userId, credits)
  return userId
}

test('the migrations give what the schema says', async () => {
  expect(await drift({ databaseUrl: fixture.corner.databaseUrl, ...tables })).toBe('')
})

describe('a hold', () => {
  test('counts at once, and gives back what was not used', async () => {
    const userId = await newWallet()
    const { holdId, state, max } = await fixture.reserve(userId, 400)
    expect({ state, max }).toEqual({ state: 'held', max: 400 })
    expect(await fixture.balance(userId)).toEqual({ posted: 1_000, held: 400, available: 600 })
    expect(await fixture.settle(holdId, 150)).toMatchObject({ state: 'settled', charged: 150, borne: 0 })
    expect(await fixture.balance(userId)).toEqual({ posted: 850, held: 0, available: 850 })
  })

  test('that is voided costs nothing', async () => {
    const userId = await newWallet()
    const { holdId } = await fixture.reserve(userId, 1_000)
    expect(await fixture.bus.request(billing.void, { holdId })).toMatchObject({ state: 'voided' })
    expect(await fixture.balance(userId)).toEqual({ posted: 1_000, held: 0, available: 1_000 })
  })

  test('beyond what there is is refused, also when many come at once', async () => {
    const userId = await newWallet(1_000)
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => fixture.reserve(userId, 100)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
    const [refused] = outcomes.filter(({ status }) => status === 'rejected')
    expect(refused).toMatchObject({ reason: { code: 'insufficient-credits', status: 402, retryable: false } })
  })

  test('of somebody who never had credits is refused; what costs nothing is not', async () => {
    await expect(fixture.reserve(newId(), 1)).rejects.toMatchObject({ code: 'insufficient-credits' })
    expect(await fixture.reserve(newId(), 0)).toMatchObject({ state: 'held', max: 0 })
  })

  test('is extended while there is enough, never lowered', async () => {
    const userId = await newWallet()
    const { holdId } = await fixture.reserve(userId, 300)
    const extend = (micro: number) => fixture.bus.request(billing.extend, { holdId, most: [amount(micro)], lifeS: 60 })
    expect(await extend(800)).toMatchObject({ max: 800 })
    expect(await extend(100)).toMatchObject({ max: 800 })
    await expect(extend(1_001)).rejects.toMatchObject({ code: 'insufficient-credits' })
    expect(await fixture.balance(userId)).toMatchObject({ held: 800 })
  })

  test('expires by itself; what is settled later says so and costs nothing', async () => {
    const userId = await newWallet()
    const { holdId } = await fixture.reserve(userId, 300)
    await fixture.query(`UPDATE holds SET expires_at = now() WHERE id = $1`, [holdId])
    await expect.poll(() => fixture.balance(userId), { timeout: 5_000 }).toMatchObject({ held: 0 })
    expect(await fixture.settle(holdId, 100)).toMatchObject({ state: 'expired' })
    expect(await fixture.balance(userId)).toMatchObject({ posted: 1_000 })
  })

  test('can be settled by the platform instead', async () => {
    const userId = await newWallet()
    const { holdId } = await fixture.reserve(userId, 300)
    expect(await fixture.settle(holdId, 200, { by: 'platform' })).toMatchObject({ charged: 0, borne: 200 })
    expect(await fixture.balance(userId)).toEqual({ posted: 1_000, held: 0, available: 1_000 })
  })

  test('of the platform is never refused, and its cost is in the books', async () => {
    const { holdId } = await fixture.reserve('platform', 5_000_000_000)
    expect(await fixture.settle(holdId, 4_000_000_000)).toMatchObject({ charged: 0, borne: 4_000_000_000 })
    const [cost] = await fixture.query(`SELECT amount FROM entries WHERE hold_id = $1 AND amount < 0`, [holdId])
    expect(cost).toEqual({ amount: '-4000000000' })
  })
})

describe('asked again', () => {
  test('everything answers with what came of the first time', async () => {
    const userId = await newWallet()
    const holdId = newId()
    const reserved = await Promise.all([1, 2, 3].map(() => fixture.reserve(userId, 300, { holdId })))
    expect(new Set(reserved.map(({ expiresAt }) => expiresAt)).size).toBe(1)
    const settled = await Promise.all([1, 2, 3].map(() => fixture.settle(holdId, 100)))
    expect(settled).toEqual(Array(3).fill(settled[0]))
    expect(await fixture.bus.request(billing.void, { holdId })).toMatchObject({ state: 'settled', charged: 100 })
    expect(await fixture.reserve(userId, 300, { holdId })).toMatchObject({ state: 'settled' })
    expect(await fixture.balance(userId)).toEqual({ posted: 900, held: 0, available: 900 })
  })

  test('with other content it is a conflict', async () => {
    const userId = await newWallet()
    const { holdId } = await fixture.reserve(userId, 300)
    await expect(fixture.reserve(userId, 301, { holdId })).rejects.toMatchObject({ code: 'conflict' })
    await expect(fixture.reserve(await newWallet(), 300, { holdId })).rejects.toMatchObject({ code: 'conflict' })
    await fixture.settle(holdId, 100)
    await expect(fixture.settle(holdId, 101)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('an amount beyond the hold is a conflict and leaves it as it is', async () => {
    const { holdId } = await fixture.reserve(await newWallet(), 300)
    await expect(fixture.settle(holdId, 301)).rejects.toMatchObject({ code: 'conflict' })
    expect(await fixture.settle(holdId, 300)).toMatchObject({ charged: 300 })
  })

  test('what is not there is not found', async () => {
    await expect(fixture.settle(newId(), 1)).rejects.toMatchObject({ code: 'not-found' })
    await expect(fixture.bus.request(billing.void, { holdId: newId() })).rejects.toMatchObject({ code: 'not-found' })
  })
})

test('the books are proved, and the database itself refuses to change or to falsify them', async () => {
  expect(await fixture.reconcile()).toMatchObject(proved)
  await expect(fixture.query('UPDATE entries SET amount = amount + 1')).rejects.toThrow('never changed')
  await expect(fixture.query('DELETE FROM entries')).rejects.toThrow('never changed')
  await expect(fixture.query('UPDATE prices SET per_minute = 0')).rejects.toThrow('never changed')
  await expect(fixture.query(`UPDATE accounts SET posted = held - 1 WHERE kind = 'wallet'`)).rejects.toThrow(
    'accounts_never_overspent',
  )
  await fixture.query(`UPDATE accounts SET posted = posted + 1 WHERE kind = 'wallet'`)
  const { wallets, ...books } = await fixture.reconcile()
  expect(books).toMatchObject({ wrongPosted: wallets, wrongGrants: wallets, wrongHeld: 0 })
  await fixture.query(`UPDATE accounts SET posted = posted - 1 WHERE kind = 'wallet'`)
})
