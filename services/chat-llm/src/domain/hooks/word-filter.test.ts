import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createWordFilter } from './word-filter.ts'

const words = ['ass', 'bad phrase', '坏词', 'ÑANDÚ']
const filter = createWordFilter(words)

test.each<[text: string, found: boolean]>([
  ['you ass', true],
  ['ASS!', true],
  ['ａｓｓ in full width', true],
  ['a\u200Bs\u200Bs with signs that nobody sees', true],
  ['an assistant passes the class', false],
  ['a bad   phrase', true],
  ['a bad\nphrase', true],
  ['bad phrases', false],
  ['这是坏词吗', true],
  ['这是坏 词吗', false],
  ['el ñandú corre', true],
  ['', false],
])('%j: %s', (text, found) => {
  expect(filter.isIn(text)).toBe(found)
})

/** What comes out of a stream that is given in these pieces. */
function run(pieces: string[]): { text: string; stopped: boolean; most: number } {
  const stream = filter.stream()
  let text = ''
  let most = 0
  let given = 0
  for (const piece of pieces) {
    given += piece.length
    const passed = stream.push(piece)
    text += passed.text
    if (passed.stop) return { text, stopped: true, most }
    most = Math.max(most, given - text.length)
  }
  const rest = stream.flush()
  return { text: text + rest.text, stopped: Boolean(rest.stop), most }
}

describe('in pieces', () => {
  test.each<[pieces: string[], text: string, stopped: boolean]>([
    [['That is a b', 'ad phr', 'ase, my friend.'], 'That is a ', true],
    [['That is a b', 'ad phr', 'ame.'], 'That is a bad phrame.', false],
    [['the cl', 'ass', ' of 2026'], 'the class of 2026', false],
    [['an as', 's', 'istant'], 'an assistant', false],
    [['an as', 's'], 'an ', true],
    [['这是坏', '词'], '这是', true],
    [['这是坏', '人'], '这是坏人', false],
  ])('%j', (pieces, text, stopped) => {
    expect(run(pieces)).toMatchObject({ text, stopped })
  })

  test('nothing is held back that cannot become a word, and never more than the longest', () => {
    expect(filter.stream().push('Hello there, how are you').text).toBe('Hello there, how are you')
    const pieces = Array.from('It was a bad, bad phr and as it was, an asset.')
    expect(run(pieces).most).toBeLessThanOrEqual('bad phrase'.length)
  })

  test('however a text is cut, the same comes out', () => {
    const part = fc.constantFrom('ass', 'a', 's', ' ', 'bad', 'phrase', '坏', '词', 'x', '. ')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.nat(4), { maxLength: 30 }), (parts, cuts) => {
        const text = parts.join('')
        const pieces: string[] = []
        let at = 0
        for (const cut of cuts) pieces.push(text.slice(at, (at += cut)))
        pieces.push(text.slice(at))
        const { text: whole, stopped } = run([text])
        expect(run(pieces)).toMatchObject({ text: whole, stopped })
        expect(stopped).toBe(filter.isIn(text))
      }),
    )
  })
})
