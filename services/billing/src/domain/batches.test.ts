import { Problem } from '@parley/contracts'
import { expect, test } from 'vitest'
import { createBatches } from './batches.ts'

function scene(fail: (steps: number[]) => Error | undefined = () => undefined, waiting = 100) {
  const batches: number[][] = []
  const work = async (steps: number[]) => {
    batches.push(steps)
    const error = fail(steps)
    if (error) throw error
    await new Promise((resolve) => setImmediate(resolve))
    return steps.map((step) => step * 10)
  }
  return { batches, add: createBatches(work, { most: 3, atOnce: 1, waiting }) }
}

test('what is asked for together is carried out together, within a bound, each with its own outcome', async () => {
  const { batches, add } = scene()
  expect(await Promise.all([1, 2, 3, 4].map(add))).toEqual([10, 20, 30, 40])
  expect(batches).toEqual([[1, 2, 3], [4]])
})

test('one that cannot be carried out fails alone', async () => {
  const { batches, add } = scene((steps) => (steps.includes(2) ? new Error('no twos') : undefined))
  const outcomes = await Promise.allSettled([1, 2, 3].map(add))
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(batches).toEqual([[1, 2, 3], [1], [2], [3]])
})

test('what may pass is told at once, to all', async () => {
  const { batches, add } = scene(() => new Problem('unavailable', 'no database'))
  const outcomes = await Promise.allSettled([1, 2].map(add))
  expect(outcomes).toMatchObject([{ reason: { code: 'unavailable' } }, { reason: { code: 'unavailable' } }])
  expect(batches).toEqual([[1, 2]])
})

test('more than may wait is refused', async () => {
  const { add } = scene(undefined, 2)
  const outcomes = await Promise.allSettled([1, 2, 3].map(add))
  expect(outcomes).toMatchObject([{ value: 10 }, { value: 20 }, { reason: { code: 'overloaded' } }])
})
