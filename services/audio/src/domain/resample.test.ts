import { expect, test } from 'vitest'
import { createResampler } from './resample.ts'

const sine = (count: number, rateHz: number, frequencyHz: number) =>
  Int16Array.from({ length: count }, (_, index) =>
    Math.round(12_000 * Math.sin((2 * Math.PI * frequencyHz * index) / rateHz)),
  )

/** Pushes in pieces of uneven length. */
function resample(samples: Int16Array, fromHz: number, toHz: number): Int16Array {
  const resampler = createResampler(fromHz, toHz)
  const out: number[] = []
  for (let at = 0, size = 1; at < samples.length; at += size, size = (size * 7 + 3) % 997) {
    out.push(...resampler.push(samples.subarray(at, at + size)))
  }
  out.push(...resampler.flush())
  return Int16Array.from(out)
}

const power = (samples: Int16Array | number[]) => Array.from(samples).reduce((sum, value) => sum + value * value, 0)

test.each([
  [22_050, 16_000, 1_000],
  [22_050, 24_000, 1_000],
  [24_000, 16_000, 3_000],
  [16_000, 48_000, 5_000],
  [22_050, 8_000, 440],
])('%i Hz to %i Hz keeps a sine of %i Hz where and what it was', (fromHz, toHz, frequencyHz) => {
  const out = resample(sine(fromHz, fromHz, frequencyHz), fromHz, toHz)
  expect(Math.abs(out.length - toHz)).toBeLessThanOrEqual(1)
  const inner = out.subarray(200, toHz - 200)
  const wanted = sine(toHz, toHz, frequencyHz).subarray(200, toHz - 200)
  const error = Array.from(inner, (value, index) => value - wanted[index]!)
  expect(10 * Math.log10(power(wanted) / power(error))).toBeGreaterThan(65)
})

test('what the lower rate cannot carry is gone', () => {
  const out = resample(sine(24_000, 24_000, 10_000), 24_000, 16_000).subarray(200, 15_800)
  expect(10 * Math.log10(power(out) / power(sine(15_600, 24_000, 10_000)))).toBeLessThan(-60)
})

test('the same rate passes through', () => {
  const samples = sine(100, 16_000, 440)
  expect(createResampler(16_000, 16_000).push(samples)).toBe(samples)
})
