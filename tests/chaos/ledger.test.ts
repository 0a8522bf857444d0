import { setTimeout as delay } from 'node:timers/promises'
import { billing, toProblem, type Consumption, type Hold } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import { expect, test } from 'vitest'
import { openLedgerHouse, type LedgerHouse } from './ledger-house.ts'

/** How many operations, how many at a time, and what is broken when so many are done. */
const operations = 20_000
const lanes = 96
const disasters: [share: number, (house: LedgerHouse) => Promise<unknown>][] = [
  [0.1, (house) => house.killBilling(0)],
  [0.3, (house) => house.restartDatabase('kill')],
  [0.5, (house) => Promise.all([house.killBilling(0), house.killBilling(1)])],
  [0.7, (house) => house.restartDatabase('stop')],
  [0.85, (house) => house.killBilling(1)],
]
const credits = 60_000

const admin = newPerson('admin')
const users: string[] = Array.from({ length: 16 }, () => crypto.randomUUID())
const amount = (micro: number): Consumption => ({ type: 'amount', micro })
const dice = (sides: number) => Math.floor(Math.random() * sides)

test(
  'under fire the books stay right: nothing is lost, nothing spent twice, no hold is left',
  { timeout: 180_000 },
  async () => {
    await using house = await openLedgerHouse()
    const { bus } = house
    const spent = new Map(users.map((userId) => [userId, 0]))
    const seen = { done: 0, retried: 0, refused: 0 }

    /** Asks until there is an answer, as whoever is paid would. */
    async function insist<T>(ask: () => Promise<T>): Promise<T> {
      for (;;) {
        try {
          const answer = await ask()
          seen.done++
          return answer
        } catch (error) {
          if (!toProblem(error).retryable) throw error
          seen.retried++
          await delay(20 + dice(60))
        }
      }
    }

    /** One hold from its beginning to one of its ends; everything may be asked twice at the same time. */
    async function live(): Promise<void> {
      const userId = users[dice(users.length)] as string
      const holdId = crypto.randomUUID()
      const max = 1 + dice(1_000)
      const end = dice(10)
      // One in ten is left alone, and has to go by itself.
      const input = { holdId, payer: { userId }, most: [amount(max)], lifeS: end === 0 ? 1 : 120, purpose: 'reply' }
      const reserve = () => insist(() => bus.request(billing.reserve, input))
      const settle = (used: Consumption) => insist(() => bus.request(billing.settle, { holdId, used }))
      const extend = { holdId, most: [amount(max + 100)], lifeS: 120 }

      if (!(await enough(dice(4) === 0 ? [reserve(), reserve()] : [reserve()])) || end === 0) return
      if (end === 1) return void (await insist(() => bus.request(billing.void, { holdId })))
      if (end === 2) await enough([insist(() => bus.request(billing.extend, extend))])
      const used = amount(dice(max + 1))
      const answers: Hold[] = await Promise.all(dice(4) === 0 ? [settle(used), settle(used)] : [settle(used)])
      expect(new Set(answers.map(({ charged }) => charged)).size).toBe(1)
      spent.set(userId, (spent.get(userId) ?? 0) + (answers[0]?.charged ?? 0))
    }

    /** False when there is too little; a refusal is not remembered, so that of two the later one may be granted. */
    async function enough(asked: Promise<unknown>[]): Promise<boolean> {
      const outcomes = await Promise.allSettled(asked)
      const failures = outcomes.filter((outcome) => outcome.status === 'rejected')
      for (const { reason } of failures) if (toProblem(reason).code !== 'insufficient-credits') throw reason
      seen.refused += failures.length
      seen.done += failures.length
      return failures.length < outcomes.length
    }

    async function lane(): Promise<void> {
      while (seen.done < operations) await live()
    }

    async function breakThings(): Promise<void> {
      for (const [share, disaster] of disasters) {
        while (seen.done < operations * share) await delay(5)
        await disaster(house)
      }
    }

    for (const userId of users) {
      const grant = { grantId: crypto.randomUUID(), userId, amount: credits, reason: 'to be spent' }
      await callAs(admin, () => bus.request(billing.grant, grant))
    }
    await Promise.all([breakThings(), ...Array.from({ length: lanes }, lane)])

    const balance = (userId: string) =>
      callAs(admin, () => insist(() => bus.request(billing.readUserBalance, { userId })))
    for (const userId of users) {
      await expect.poll(async () => (await balance(userId)).held, { timeout: 20_000 }).toBe(0)
      expect((await balance(userId)).posted).toBe(credits - (spent.get(userId) ?? 0))
      expect(spent.get(userId)).toBeLessThanOrEqual(credits)
    }
    const books = await callAs(admin, () => insist(() => bus.request(billing.reconcile, {})))
    expect(books).toMatchObject({ sum: 0, unbalanced: 0, wrongPosted: 0, wrongHeld: 0, wrongGrants: 0 })
    expect(seen.done).toBeGreaterThanOrEqual(operations)
    // It was a fire, and there was too little for all.
    expect(seen.retried).toBeGreaterThan(0)
    expect(seen.refused).toBeGreaterThan(0)
  },
)
