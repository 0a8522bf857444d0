import { expect, test } from 'vitest'
import { makeGrammar, pickPronunciations, writeNumbers } from './grammar.ts'
import { numberWords, phrases } from './phrases.ts'

test('there are enough phrases, and 0 to 100', () => {
  expect(phrases.length).toBeGreaterThanOrEqual(40)
  expect(numberWords).toHaveLength(101)
  expect(numberWords[42]).toBe('forty two')
})

test('every phrase is in the grammar', () => {
  const grammar = makeGrammar()
  for (const phrase of phrases) expect(grammar).toContain(`(${phrase})`)
})

test('the dictionary keeps what the grammar says', () => {
  const dictionary = 'zebra Z IY B R AH\nwhat W AH T\nwhat(2) HH W AH T\nwhatever W AH T EH V ER\n'
  expect(pickPronunciations(dictionary)).toBe('what W AH T\nwhat(2) HH W AH T\n')
})

test.each([
  ['set the volume to fifty', 'set the volume to 50'],
  ['set the volume to twenty one percent', 'set the volume to 21 percent'],
  ['count to one hundred', 'count to 100'],
  ['count to seventeen', 'count to 17'],
  ['tell me another joke', 'tell me another joke'],
])('%s → %s', (spoken, written) => {
  expect(writeNumbers(spoken)).toBe(written)
})
