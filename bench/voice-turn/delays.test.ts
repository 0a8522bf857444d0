import { expect, test } from 'vitest'
import { floorMs, replyText } from './delays.ts'

test('the floor is the sum of the fixed delays up to the first segment', () => {
  // "Hello there." is a segment when the token after it, " How", has come: the fourth, 15 ms after the first.
  expect(floorMs(replyText(2))).toEqual({ floorMs: 50 + 50 + 15 + 50, tokens: 4 })
})

test('a reply of one word waits for its last token, and for the pause before sound', () => {
  expect(floorMs('Yes')).toEqual({ floorMs: 150, tokens: 1 })
})
