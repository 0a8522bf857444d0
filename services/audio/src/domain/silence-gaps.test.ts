import { expect, test } from 'vitest'
import { createSilenceGaps } from './silence-gaps.ts'

const silence = new Uint8Array(1)
const speech = new Uint8Array(40)

test('what a sender with DTX did not send is silence', () => {
  const gaps = createSilenceGaps(60)
  gaps.took(silence, 1_000)
  expect(gaps.before(1_060)).toBe(0)
  expect(gaps.before(1_180)).toBe(60)
  expect(gaps.before(1_400)).toBe(240)
  expect(gaps.before(9_000)).toBe(960)
})

test('a gap after speech is the network’s', () => {
  const gaps = createSilenceGaps(60)
  expect(gaps.before(5_000)).toBe(0)
  gaps.took(silence, 1_000)
  gaps.took(speech, 1_060)
  expect(gaps.before(2_000)).toBe(0)
})
