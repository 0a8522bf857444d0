import { expect, test } from 'vitest'
import { toWav } from '../../domain/wav.ts'
import { readWav } from './wav-stream.ts'

const samples = Int16Array.from({ length: 500 }, (_, index) => index * 50 - 12_000)

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

test.each([1, 3, 44, 45, 10_000])('a WAV that comes %i bytes at a time', async (size) => {
  const pieces = await Array.fromAsync(readWav(inPieces(toWav(samples, 22_050), size)))
  expect(pieces.flatMap((piece) => [...piece.samples])).toEqual([...samples])
  expect(new Set(pieces.map((piece) => piece.sampleRateHz))).toEqual(new Set([22_050]))
})

test('what is not a WAV is refused', async () => {
  await expect(Array.fromAsync(readWav(inPieces(new Uint8Array(100), 50)))).rejects.toThrow('not a WAV')
})
