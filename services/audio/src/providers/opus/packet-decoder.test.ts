import { createEncoder } from 'libopus-wasm'
import { expect, test } from 'vitest'
import { createPacketDecoder } from './packet-decoder.ts'

async function encode(sampleRate: 8_000 | 16_000 | 48_000, frameMs: number): Promise<Uint8Array> {
  const frameSize = (sampleRate * frameMs) / 1_000
  using encoder = await createEncoder({ sampleRate, channels: 1, frameSize })
  return encoder.encode(Int16Array.from({ length: frameSize }, (_, index) => 8_000 * Math.sin(index / 5)))
}

test.each([
  [8_000, 60],
  [16_000, 5],
  [48_000, 20],
] as const)('packets made at %i Hz of %i ms come out at 16 kHz', async (sampleRate, frameMs) => {
  using decoder = await createPacketDecoder()
  expect(decoder.decode(await encode(sampleRate, frameMs))).toHaveLength(frameMs * 16)
})

test.each([5, 7, 60, 120, 500])('a gap of %i ms is filled, up to 120 ms', async (durationMs) => {
  using decoder = await createPacketDecoder()
  decoder.decode(await encode(16_000, 60))
  const filledMs = decoder.conceal(durationMs).length / 16
  expect(Math.abs(filledMs - Math.min(durationMs, 120))).toBeLessThanOrEqual(1.25)
})

test('what is not Opus throws, and the next packet is decoded', async () => {
  using decoder = await createPacketDecoder()
  expect(() => decoder.decode(new Uint8Array(40).fill(255))).toThrow('decode')
  expect(decoder.decode(await encode(16_000, 60))).toHaveLength(960)
})

test('memory stays flat over thousands of decoders', async () => {
  const packet = await encode(16_000, 60)
  const hear = async (count: number) => {
    for (let index = 0; index < count; index++) {
      using decoder = await createPacketDecoder()
      decoder.decode(packet)
    }
  }
  await hear(300)
  const before = process.memoryUsage().rss
  await hear(3_000)
  // A decoder is some 20 kB: 3,000 that were kept would be 60 MB.
  expect(process.memoryUsage().rss - before).toBeLessThan(30_000_000)
})
