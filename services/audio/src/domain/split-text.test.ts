import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitText } from './split-text.ts'

test('texts are cut at sentences, else clauses, else words, else anywhere', () => {
  expect(splitText('One. Two is longer. Three.', 20)).toEqual(['One. Two is longer.', ' Three.'])
  expect(splitText('今天很好。我们走吧，去公园玩', 8)).toEqual(['今天很好。', '我们走吧，', '去公园玩'])
  expect(splitText('aaaa bbbb cccc', 10)).toEqual(['aaaa bbbb ', 'cccc'])
  expect(splitText('aaaaaaaaaaaa', 5)).toEqual(['aaaaa', 'aaaaa', 'aa'])
  expect(splitText('', 5)).toEqual([])
})

test('nothing is lost, and nothing is longer', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (text, most) => {
      const pieces = splitText(text, most)
      expect(pieces.join('')).toBe(text)
      expect(pieces.every((piece) => piece.length > 0 && piece.length <= most)).toBe(true)
    }),
  )
})
