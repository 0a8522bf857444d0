import { createDecoder } from 'libopus-wasm'
import { expect, test } from 'vitest'
import { openEncoderPool } from './encoder-pool.ts'

const format = { sampleRateHz: 16_000, frameMs: 60 } as const
const frame = 960
const open = (threads = 1, deaths: unknown[] = []) =>
  openEncoderPool({ threads, bitrate: 24_000, complexity: 3, onDeath: (cause) => deaths.push(cause) })
const tone = (frames: number) =>
  Int16Array.from({ length: frames * frame }, (_, index) => Math.round(9_000 * Math.sin(index / 6)))

test('one packet a frame, that decodes to the frame', async () => {
  await using pool = open()
  using encoder = pool.open(format)
  const packets = [...(await encoder.encode(tone(3))), ...(await encoder.encode(tone(1)))]
  expect(packets).toHaveLength(4)
  using decoder = await createDecoder({ sampleRate: 16_000, channels: 1 })
  for (const packet of packets) expect(decoder.decode(packet)).toHaveLength(frame)
})

test('a stream that begins late is not stuck behind a long one', async () => {
  await using pool = open()
  using long = pool.open(format)
  using short = pool.open(format)
  let done = 0
  const sentence = (async () => {
    for (let job = 0; job < 50; job++) await long.encode(tone(4)).then(() => done++)
  })()
  await long.encode(tone(1))
  await short.encode(tone(1))
  expect(done).toBeLessThan(10)
  await sentence
})

test('a dead thread fails its streams and is replaced', async () => {
  const deaths: unknown[] = []
  await using pool = open(1, deaths)
  using good = pool.open(format)
  await good.encode(tone(1))
  // A rate that Opus does not have ends the thread.
  using bad = pool.open({ sampleRateHz: 11_025 as 16_000, frameMs: 60 })
  await expect(bad.encode(tone(1))).rejects.toMatchObject({ code: 'unavailable' })
  await expect(good.encode(tone(1))).rejects.toMatchObject({ code: 'unavailable' })
  expect(deaths).toHaveLength(1)
  expect(() => pool.check()).toThrow('No encoder')
  await expect.poll(() => tryToOpen(pool), { timeout: 3_000, interval: 50 }).toBe(1)
})

async function tryToOpen(pool: ReturnType<typeof open>): Promise<number> {
  try {
    using encoder = pool.open(format)
    return (await encoder.encode(tone(1))).length
  } catch {
    return 0
  }
}

test('a frame that Opus does not have is refused by name', async () => {
  await using pool = open()
  expect(() => pool.open({ sampleRateHz: 16_000, frameMs: 25 })).toThrow('format.frameMs must be one of')
})

test('memory stays flat over thousands of streams', async () => {
  await using pool = open()
  const speak = async (streams: number) => {
    for (let index = 0; index < streams; index++) {
      using encoder = pool.open(format)
      await encoder.encode(tone(1))
    }
  }
  await speak(300)
  const before = process.memoryUsage().rss
  await speak(3_000)
  expect(pool.streams).toBe(0)
  // An encoder is some 40 kB: 3,000 that were kept would be 120 MB.
  expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000)
}, 20_000)
