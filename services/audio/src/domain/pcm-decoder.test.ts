import { expect, test } from 'vitest'
import { createPcmDecoder } from './pcm-decoder.ts'

test('samples come as they are, also from an odd place in a larger buffer; a byte too many is left out', () => {
  using decoder = createPcmDecoder()
  const pool = Uint8Array.of(9, 1, 0, 0xff, 0xff, 0, 0x80, 7)
  expect([...decoder.decode(pool.subarray(1, 7))]).toEqual([1, -1, -32_768])
  expect([...decoder.decode(pool.subarray(1, 8))]).toEqual([1, -1, -32_768])
  expect(decoder.conceal(60)).toEqual(new Int16Array(960))
})
