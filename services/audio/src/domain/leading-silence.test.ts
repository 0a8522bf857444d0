import { expect, test } from 'vitest'
import { createLeadingSilenceTrim } from './leading-silence.ts'

const sound = (count: number) => new Int16Array(count).fill(5_000)
const silence = (count: number) => new Int16Array(count).fill(30)

function trim(...pieces: Int16Array[]): number[] {
  const push = createLeadingSilenceTrim(16_000)
  return pieces.map((piece) => push(piece).length)
}

test.each([
  ['twenty milliseconds stay', [silence(1_600), sound(100)], [0, 420]],
  ['a silence within one piece', [Int16Array.of(...silence(1_600), ...sound(100))], [420]],
  ['a short silence stays', [silence(200), sound(100)], [0, 300]],
  ['silence after the start stays', [sound(100), silence(1_600)], [100, 1_600]],
  ['a second is the most that goes', [silence(16_000), silence(3_200), sound(10)], [0, 3_200, 10]],
])('%s', (_name, pieces, lengths) => {
  expect(trim(...pieces)).toEqual(lengths)
})
