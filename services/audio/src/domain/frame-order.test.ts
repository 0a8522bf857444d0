import { expect, test } from 'vitest'
import { createFrameOrder } from './frame-order.ts'

test('says what is missing, and what is stale', () => {
  const order = createFrameOrder()
  const taken = [0, 1, 3, 3, 2, 4, 7, 1_000].map((sequence) => order.take(sequence))
  const missing = (count: number) => ({ missing: count })
  expect(taken).toEqual([missing(0), missing(0), missing(1), 'stale', 'stale', missing(0), missing(2), missing(8)])
})

test('what came before the first frame is not missed', () => {
  expect(createFrameOrder().take(20)).toEqual({ missing: 0 })
})
