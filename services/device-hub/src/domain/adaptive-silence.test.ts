import fc from 'fast-check'
import { expect, test } from 'vitest'
import { silenceAfter } from './adaptive-silence.ts'

test.each([
  ['turn on the light.', 200],
  ['what time is it?', 200],
  ['打开灯。', 200],
  ['He said "go."', 200],
  ['turn on the light', 400],
  ['打开灯', 400],
  ['', 400],
  ['turn on the', 900],
  ['I would like a coffee and', 900],
  ['well', 900],
  ['um', 900],
  ['first,', 900],
  ['and then...', 900],
  ['我想要然后', 900],
  ['今天，', 900],
  ['嗯', 900],
  ['thunderand', 400],
])('after %j %i ms of 400', (text, expected) => {
  expect(silenceAfter(text, 400)).toBe(expected)
})

test('an agent that waits long anyway is not made impatient, nor one that hurries slow', () => {
  expect(silenceAfter('and', 2_000)).toBe(2_000)
  expect(silenceAfter('done.', 150)).toBe(150)
  expect(silenceAfter('done.', 2_000)).toBe(1_000)
})

test('is always one that a listening takes', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 100, max: 5_000 }), (text, baseMs) => {
      const silenceMs = silenceAfter(text, baseMs)
      expect(silenceMs).toBeGreaterThanOrEqual(100)
      expect(silenceMs).toBeLessThanOrEqual(5_000)
      expect(Number.isInteger(silenceMs)).toBe(true)
    }),
  )
})
