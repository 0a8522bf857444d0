import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createThinkFilter } from './think-filter.ts'

function filter(pieces: string[]): string {
  const { push, flush } = createThinkFilter()
  return pieces.map(push).join('') + flush()
}

test.each([
  ['Hello', 'Hello'],
  ['<think>hm</think>\n\nHello', 'Hello'],
  ['One <think>hm</think> two', 'One two'],
  ['a < b and <thin', 'a < b and <thin'],
  ['<think>never closed', ''],
  ['<think>a</think>b<think>c</think>d', 'bd'],
  ['  Hello', 'Hello'],
])('%j becomes %j', (text, shown) => {
  expect(filter([text])).toBe(shown)
})

test('text that cannot be a tag is not held back', () => {
  const { push } = createThinkFilter()
  expect(push('Hello <')).toBe('Hello ')
  expect(push('b')).toBe('<b')
})

test('it does not matter where the text is cut', () => {
  const words = fc.constantFrom('<think>', '</think>', '<', 'think>', '</', 'a', ' ', '\n', 'Hello', '<thi')
  const text = fc.array(words, { maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.array(fc.nat(40)), (whole, cuts) => {
      const places = [0, ...cuts.filter((cut) => cut < whole.length).toSorted((a, b) => a - b), whole.length]
      const pieces = places.slice(1).map((end, index) => whole.slice(places[index], end))
      expect(filter(pieces)).toBe(filter([whole]))
    }),
  )
})
