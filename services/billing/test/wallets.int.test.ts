import { audit, authAccount, billing, type Consumption } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { admin, openBilling, proved, type BillingFixture } from './fixture.ts'

let fixture: BillingFixture
beforeAll(async () => {
  fixture = await openBilling()
})
afterAll(() => fixture[Symbol.asyncDispose]())

const past = () => new Date(Date.now() - 60_000).toISOString()
const future = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()

async function remainingOf(grantId: string): Promise<number> {
  const [row] = await fixture.query('SELECT remaining FROM grants WHERE id = $1', [grantId])
  return Number(row?.['remaining'])
}
async function spend(userId: string, micro: number) {
  await fixture.settle((await fixture.reserve(userId, micro)).holdId, micro)
}

describe('grants', () => {
  test('are used by priority, then by expiry, then by age', async () => {
    const userId = newId()
    const last = await fixture.grant(userId, 100, { priority: 20, expiresAt: future(1) })
    const third = await fixture.grant(userId, 100)
    const second = await fixture.grant(userId, 100, { priority: 10 })
    const first = await fixture.grant(userId, 100, { priority: 10, expiresAt: future(2) })
    await fixture.query('UPDATE grants SET priority = 15 WHERE id = $1', [third])
    const left = async () => {
      const remaining: number[] = []
      for (const grantId of [first, second, third, last]) remaining.push(await remainingOf(grantId))
      return remaining
    }
    await spend(userId, 150)
    expect(await left()).toEqual([0, 50, 100, 100])
    await spend(userId, 200)
    expect(await left()).toEqual([0, 0, 0, 50])
  })

  test('that are over are taken back, as an entry; what is held of them is not', async () => {
    const userId = newId()
    const grantId = await fixture.grant(userId, 100, { expiresAt: future(1) })
    const { holdId } = await fixture.reserve(userId, 30)
    await fixture.query('UPDATE grants SET expires_at = $2 WHERE id = $1', [grantId, past()])
    await fixture.query('UPDATE accounts SET next_expiry_at = $2 WHERE user_id = $1', [userId, past()])
    await expect(fixture.reserve(userId, 50)).rejects.toMatchObject({ code: 'insufficient-credits' })
    await expect.poll(() => fixture.balance(userId)).toEqual({ posted: 30, held: 30, available: 0 })
    await fixture.settle(holdId, 20)
    await expect.poll(() => fixture.balance(userId), { timeout: 5_000 }).toEqual({ posted: 0, held: 0, available: 0 })
    const { entries } = await callAs(admin, () => fixture.bus.request(billing.listUserEntries, { userId, limit: 10 }))
    expect(entries.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['grant-expiry', -10],
      ['settlement', -20],
      ['grant-expiry', -70],
      ['grant', 100],
    ])
  })

  test('are given once for each id', async () => {
    const userId = newId()
    const grantId = newId()
    await Promise.all([1, 2, 3].map(() => fixture.grant(userId, 100, { grantId })))
    expect(await fixture.balance(userId)).toMatchObject({ posted: 100 })
    await expect(fixture.grant(userId, 101, { grantId })).rejects.toMatchObject({ code: 'conflict' })
  })
})

test('corrections are entries of their own, once for each id, never below what is there', async () => {
  const userId = newId()
  await fixture.grant(userId, 100)
  const adjust = (amount: number, adjustmentId = newId()) =>
    callAs(admin, () => fixture.bus.request(billing.adjust, { adjustmentId, userId, amount, reason: 'a mistake' }))
  const adjustmentId = newId()
  await adjust(-30, adjustmentId)
  expect(await adjust(-30, adjustmentId)).toMatchObject({ posted: 70 })
  await expect(adjust(-31, adjustmentId)).rejects.toMatchObject({ code: 'conflict' })
  await expect(adjust(-71)).rejects.toMatchObject({ code: 'insufficient-credits' })
  expect(await adjust(10)).toMatchObject({ posted: 80 })
})

describe('prices', () => {
  const tokens = (model: string): Consumption => ({ type: 'tokens', model, inputTokens: 1_000, outputTokens: 100 })
  const setPrice = (item: string, more: object) =>
    callAs(admin, () => fixture.bus.request(billing.setPrice, { item, ...more }))
  const quote = (of: Consumption) => fixture.bus.request(billing.quote, { of })

  test('a model has its own or the default one, a part of a micro-credit is a whole one', async () => {
    expect(await quote(tokens('nobody-said'))).toMatchObject({ micro: 1_200_000 })
    expect(await quote(tokens('offline'))).toMatchObject({ micro: 0 })
    expect(await quote({ type: 'voice-chat', seconds: 90 })).toMatchObject({ micro: 15_000_000 })
    await setPrice('cheap', { inputPerMillion: 1, outputPerMillion: 1 })
    expect(await quote(tokens('cheap'))).toMatchObject({ micro: 1 })
  })

  test('a settlement names the version that was in force when it was held', async () => {
    const userId = newId()
    await fixture.grant(userId, 100_000)
    const before = await setPrice('model-a', { inputPerMillion: 1_000_000 })
    const { holdId } = await fixture.reserve(userId, 0, { most: [tokens('model-a'), tokens('offline')] })
    await new Promise((resolve) => setTimeout(resolve, 5))
    const after = await setPrice('model-a', { inputPerMillion: 9_000_000 })
    const later = await setPrice('model-a', { inputPerMillion: 5, validFrom: future(1) })
    expect(await fixture.settle(holdId, tokens('model-a'))).toMatchObject({
      charged: 1_000,
      priceVersion: before.version,
    })
    expect(await quote(tokens('model-a'))).toEqual({ micro: 9_000, priceVersion: after.version })
    const { prices } = await callAs(admin, () => fixture.bus.request(billing.listPrices, {}))
    expect(prices[0]).toEqual(later)
    await expect(setPrice('model-a', { validFrom: past() })).rejects.toMatchObject({ code: 'bad-request' })
  })

  test('tokens beyond the hold are borne by the platform', async () => {
    const userId = newId()
    await fixture.grant(userId, 5_000_000)
    const most = [{ ...tokens('nobody-said'), outputTokens: 0 }]
    const { holdId } = await fixture.reserve(userId, 0, { most })
    expect(await fixture.settle(holdId, tokens('nobody-said'))).toMatchObject({ charged: 1_000_000, borne: 200_000 })
    expect(await fixture.balance(userId)).toMatchObject({ posted: 4_000_000, held: 0 })
  })
})

describe('people', () => {
  test('read their balance and their entries, page by page, and nobody else’s', async () => {
    const person = newPerson()
    for (let index = 1; index <= 5; index++) await fixture.grant(person.userId, index)
    const page = (input: object) =>
      callAs(person, () => fixture.bus.request(billing.listEntries, { limit: 2, ...input }))
    const first = await page({})
    expect(first.entries.map(({ amount }) => amount)).toEqual([5, 4])
    const second = await page({ before: first.before })
    expect(second.entries.map(({ amount }) => amount)).toEqual([3, 2])
    expect(await page({ before: second.before })).toMatchObject({ entries: [{ amount: 1, reason: 'a test' }] })
    expect(await callAs(person, () => fixture.bus.request(billing.readBalance, {}))).toMatchObject({ available: 15 })
    expect(await callAs(newPerson(), () => fixture.bus.request(billing.readBalance, {}))).toMatchObject({ posted: 0 })
    const grant = { grantId: newId(), userId: person.userId, amount: 1, reason: 'mine' }
    await expect(callAs(person, () => fixture.bus.request(billing.grant, grant))).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  test('take their credits along, and are forgotten while the books stay', async () => {
    const person = newPerson()
    await fixture.grant(person.userId, 100, { reason: 'for Ada' })
    await spend(person.userId, 10)
    const kinds: string[] = []
    await callAs(person, async () => {
      for await (const { kind } of fixture.bus.stream(billing.exportPerson, {})) kinds.push(kind)
    })
    expect(kinds).toEqual(['balance', 'grant', 'credit-entry', 'credit-entry'])
    const told = Promise.withResolvers<unknown>()
    await using _caller = fixture.bus.handle(authAccount.noteErased, (note) => {
      told.resolve(note)
      return {}
    })
    await fixture.bus.flush()
    const erasureId = newId()
    fixture.bus.publish(authAccount.erasing, { erasureId, userId: person.userId })
    expect(await told.promise).toEqual({ erasureId, erased: { wallets: 1 } })
    expect(await fixture.query('SELECT 1 FROM accounts WHERE user_id = $1', [person.userId])).toEqual([])
    expect(await fixture.query(`SELECT 1 FROM grants WHERE reason = 'for Ada'`)).toEqual([])
    expect(await fixture.reconcile()).toMatchObject(proved)
  })
})

test('what administrators change is written down', async () => {
  const notes: unknown[] = []
  await using _listening = fixture.bus.handle(audit.note, (note, { identity }) => {
    notes.push({ ...note, by: identity })
    return { sequence: notes.length }
  })
  await fixture.bus.flush()
  const userId = newId()
  await fixture.grant(userId, 5)
  await expect
    .poll(() => notes)
    .toMatchObject([{ action: 'credits.granted', target: { kind: 'user', id: userId }, outcome: 'done', by: admin }])
})
