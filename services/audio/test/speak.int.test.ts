import { audio } from '@parley/contracts'
import { startOpenAiFake } from '@parley/testkit/openai-fake'
import { getPacketInfo } from 'libopus-wasm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAudio, type AudioFixture } from './fixture.ts'
import { decodePackets, rootMeanSquare } from './speech.ts'

let local: AudioFixture
beforeAll(async () => {
  local = await openAudio()
})
afterAll(() => local[Symbol.asyncDispose]())

const format = { sampleRateHz: 24_000, frameMs: 60 } as const

test.each([
  [16_000, 60],
  [24_000, 60],
  [48_000, 20],
  [8_000, 40],
] as const)('a sentence as packets at %i Hz of %i ms', async (sampleRateHz, frameMs) => {
  const text = 'Good morning, this is a test.'
  const packets = await Array.fromAsync(local.bus.stream(audio.speak, { text, format: { sampleRateHz, frameMs } }))
  const infos = await Promise.all(packets.map((packet) => getPacketInfo(packet)))
  expect(infos.every(({ durationMs, channels }) => durationMs === frameMs && channels === 1)).toBe(true)
  const durationMs = packets.length * frameMs
  expect(durationMs).toBeGreaterThan(1_000)
  expect(durationMs).toBeLessThan(3_500)
  const sound = await decodePackets(packets)
  expect(rootMeanSquare(sound)).toBeGreaterThan(300)
  // What is not sound at the beginning is delay.
  expect(rootMeanSquare(sound.subarray(0, 1_920))).toBeGreaterThan(50)
  expect(local.lines.join('')).not.toContain('morning')
})

test('Chinese is spoken without being told', async () => {
  const packets = await Array.fromAsync(local.bus.stream(audio.speak, { text: '你好，今天天气很好。', format }))
  expect(rootMeanSquare(await decodePackets(packets))).toBeGreaterThan(300)
})

test('a frame duration that Opus does not have is named', async () => {
  const packets = local.bus.stream(audio.speak, { text: 'hello', format: { sampleRateHz: 16_000, frameMs: 25 } })
  await expect(packets.next()).rejects.toMatchObject({ code: 'bad-request', issues: [{ path: 'format.frameMs' }] })
})

test('the first packet does not wait for the end, and leaving ends the request', async () => {
  // Two minutes of sound, at the pace of real time.
  await using fake = await startOpenAiFake({ speech: { durationMs: 120_000, pace: 1 } })
  await using service = await openAudio({ AUDIO_TTS_PROVIDER: 'openai', AUDIO_SERVICE_OPENAI_BASE_URL: fake.baseUrl })
  for await (const packet of service.bus.stream(audio.speak, { text: 'a long story', format })) {
    expect(packet.length).toBeGreaterThan(3)
    expect(fake.requests[0]?.outcome).toBe('open')
    break
  }
  await fake.find(({ outcome }) => outcome === 'aborted')
})

test('a provider that breaks in the middle is a problem after the packets there were', async () => {
  await using fake = await startOpenAiFake({ speech: { pace: 4, durationMs: 3_000, breakAfterMs: 1_000 } })
  await using service = await openAudio({ AUDIO_TTS_PROVIDER: 'openai', AUDIO_SERVICE_OPENAI_BASE_URL: fake.baseUrl })
  let packets = 0
  const speak = async () => {
    for await (const _packet of service.bus.stream(audio.speak, { text: 'a story', format })) packets++
  }
  await expect(speak()).rejects.toMatchObject({ code: 'provider-failed' })
  expect(packets).toBeGreaterThan(5)
})

test('a reader that stops reading stops the provider', async () => {
  // Ten minutes of sound, as fast as it is read: 29 MB of PCM.
  await using fake = await startOpenAiFake({ speech: { durationMs: 600_000 } })
  await using service = await openAudio({ AUDIO_TTS_PROVIDER: 'openai', AUDIO_SERVICE_OPENAI_BASE_URL: fake.baseUrl })
  const before = process.memoryUsage().rss
  const packets = service.bus.stream(audio.speak, { text: 'an endless story', format })
  await packets.next()
  await expect.poll(() => fake.requests[0]?.firstByteAt).toBeDefined()
  await local.health('/livez')
  expect(fake.requests[0]?.outcome).toBe('open')
  expect(process.memoryUsage().rss - before).toBeLessThan(120_000_000)
  await packets.return()
  await fake.find(({ outcome }) => outcome === 'aborted')
})

test('a fixed phrase is asked of the provider once, and sounds the same', async () => {
  await using fake = await startOpenAiFake({ speech: { durationMs: 900 } })
  await using service = await openAudio({ AUDIO_TTS_PROVIDER: 'openai', AUDIO_SERVICE_OPENAI_BASE_URL: fake.baseUrl })
  const greet = (more = {}) =>
    Array.fromAsync(service.bus.stream(audio.speak, { text: 'Hello, here I am!', format, fixed: true, ...more }))
  const first = await greet()
  const kept = 'parley_audio_phrases_total{provider="openai",kept="true"}'
  await expect
    .poll(
      async () => {
        await greet()
        return service.health('/metrics')
      },
      { timeout: 5_000, interval: 200 },
    )
    .toContain(kept)
  const asked = fake.requests.length
  const again = await greet()
  expect(fake.requests).toHaveLength(asked)
  expect(again.length).toBeGreaterThanOrEqual(first.length - 1)
  expect(rootMeanSquare(await decodePackets(again))).toBeGreaterThan(300)
  await greet({ voice: { name: 'nova' } })
  expect(fake.requests).toHaveLength(asked + 1)
})
