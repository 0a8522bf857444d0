import fc from 'fast-check'
import { createDecoder, createEncoder, getPacketInfo } from 'libopus-wasm'
import { expect, test } from 'vitest'
import { createPacketJoiner, packetDurationMs } from './join-packets.ts'
import { joinSamples } from './recording.ts'

const tone = (count: number) => Int16Array.from({ length: count }, (_, at) => 8_000 * Math.sin(at / 12))

async function encode(samples: Int16Array, sampleRate: 16_000 | 24_000 | 48_000, frameMs: number, bitrate = 32_000) {
  const frameSize = (sampleRate * frameMs) / 1_000
  using encoder = await createEncoder({ sampleRate, channels: 1, frameSize, bitrate })
  return Array.from({ length: Math.floor(samples.length / frameSize) }, (_, index) =>
    encoder.encode(samples.subarray(index * frameSize, (index + 1) * frameSize)),
  )
}
async function decode(packets: Uint8Array[]) {
  using decoder = await createDecoder({ sampleRate: 16_000, channels: 1 })
  return joinSamples(packets.map((packet) => decoder.decode(packet)))
}

test.each([
  [24_000, 20, 60, 32_000],
  [48_000, 20, 60, 64_000],
  [16_000, 10, 60, 16_000],
  [16_000, 20, 20, 16_000],
  [24_000, 2.5, 20, 96_000],
] as const)(
  '%i Hz in frames of %d ms become packets of %i ms that sound the same',
  async (rate, ownMs, wantedMs, bitrate) => {
    const packets = await encode(tone(rate), rate, ownMs, bitrate)
    const joiner = createPacketJoiner(wantedMs)
    const joined = [...packets.flatMap((packet) => joiner.push([packet])), ...joiner.flush()]
    const infos = await Promise.all(joined.map((packet) => getPacketInfo(packet)))
    expect(infos.every(({ durationMs }) => durationMs === wantedMs)).toBe(true)
    const [before, after] = [await decode(packets), await decode(joined)]
    expect(after.subarray(0, before.length)).toEqual(before.subarray(0, after.length))
  },
)

test('what changes its mind in the middle of a packet is filled up', async () => {
  const [low, high] = [await encode(tone(960), 16_000, 20, 8_000), await encode(tone(2_880), 48_000, 20, 128_000)]
  const joiner = createPacketJoiner(60)
  const joined = [...joiner.push([low[0]!, low[1]!, high[0]!, high[1]!]), ...joiner.flush()]
  expect(joined.map((packet) => packetDurationMs(packet))).toEqual([60, 60])
  expect((await decode(joined)).length).toBe(1_920)
})

test('frames that do not make up the wanted duration are said so', async () => {
  const forty = await encode(tone(1_920), 16_000, 40)
  expect(() => createPacketJoiner(60).push(forty)).toThrow(RangeError)
  expect(() => createPacketJoiner(20).push(forty)).toThrow(RangeError)
})

test('anything may come, and nothing breaks', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (packets) => {
      const joiner = createPacketJoiner(60)
      try {
        joiner.push(packets)
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
      }
      joiner.flush()
    }),
  )
})
