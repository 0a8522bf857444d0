import { expect, test } from 'vitest'
import { createAcceptLimit } from './accept-limit.ts'

test('so many a second are let in; the others come back spread over some seconds', () => {
  let [now, dice] = [0, 0]
  const limit = createAcceptLimit(10, { now: () => now, random: () => (dice = (dice + 0.37) % 1) })
  const tries = (count: number) => {
    const refused: number[] = []
    for (let index = 0; index < count; index++) {
      try {
        limit.take()
      } catch (error) {
        refused.push((error as { retryAfterS: number }).retryAfterS)
      }
    }
    return refused
  }
  const refused = tries(30)
  expect(refused).toHaveLength(20)
  expect(new Set(refused).size).toBeGreaterThan(5)
  now = 500
  expect(tries(10)).toHaveLength(5)
  now = 60_000
  expect(tries(11)).toHaveLength(1)
})
