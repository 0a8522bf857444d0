import { expect, test } from 'vitest'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { drainSessions } from './drain.ts'

test('two thousand who are quiet go little by little within half the time, in no order', async () => {
  const clock = new VirtualClock()
  const left = new Map<number, { quiet: boolean; close: () => void; windDown: () => void }>()
  const closedAt: { index: number; at: number }[] = []
  const startedAt = clock.now()
  for (let index = 0; index < 2_000; index++) {
    const close = () => (closedAt.push({ index, at: clock.now() - startedAt }), void left.delete(index))
    left.set(index, { quiet: true, close, windDown: () => undefined })
  }
  let seed = 7
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
  const drained = drainSessions(() => left.values(), { clock, withinMs: 30_000, random })
  await clock.advance(30_000)
  await drained
  const seconds = Array.from(
    { length: 30 },
    (_, second) => closedAt.filter(({ at }) => Math.floor(at / 1_000) === second).length,
  )
  expect(closedAt).toHaveLength(2_000)
  expect(Math.max(...seconds)).toBeLessThan(330)
  expect(closedAt.at(-1)?.at).toBeLessThan(20_000)
  const order = closedAt.map(({ index }) => index)
  expect(order).not.toEqual(order.toSorted((a, b) => a - b))
})
