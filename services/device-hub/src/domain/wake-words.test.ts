import { expect, test } from 'vitest'
import { isWakeWord } from './wake-words.ts'

const wakeWords = ['你好小智', 'Hi ESP', 'Jarvis']

test.each([
  ['你好小智', true],
  ['你好，小智！', true],
  ['hi-esp', true],
  [' HiESP ', true],
  ['jarvis', true],
  ['Jarvis, what time is it?', false],
  ['你好', false],
  ['???', false],
])('%s', (text, expected) => {
  expect(isWakeWord(text, wakeWords)).toBe(expected)
})

test('a wake word of signs alone is none', () => {
  expect(isWakeWord('?', ['!'])).toBe(false)
})
