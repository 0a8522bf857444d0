import { expect, test } from 'vitest'
import { median, quantile, spread } from './statistics.ts'

test('a quantile is a value that was there', () => {
  const values = [5, 1, 4, 2, 3]
  expect([0, 0.2, 0.5, 0.95, 1].map((share) => quantile(values, share))).toEqual([1, 1, 3, 5, 5])
  expect(quantile([], 0.5)).toBeNaN()
})

test('the median of an even number of values is between the middle two', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([7])).toBe(7)
})

test('a spread rounds to what the figures can bear', () => {
  const values = Array.from({ length: 100 }, (_, index) => (index + 1) * 1.23456)
  expect(spread(values)).toEqual({ p50: 61.7, p95: 117.3, p99: 122.2, max: 123.5, count: 100 })
})
