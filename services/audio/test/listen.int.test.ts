import { startOpenAiFake } from '@parley/testkit/openai-fake'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAudio, type AudioFixture } from './fixture.ts'
import { saySentence, toDevicePackets } from './speech.ts'

const text = 'what time is it'
let local: AudioFixture
let packets: Uint8Array[]
beforeAll(async () => {
  local = await openAudio()
  packets = await toDevicePackets((await saySentence(text)).samples)
})
afterAll(() => local[Symbol.asyncDispose]())

const types = (parts: { type: string }[]) => parts.map(({ type }) => type)

test('manual: the words between start and end', async () => {
  const listening = await local.openListening()
  listening.send(packets)
  listening.end()
  const parts = await listening.rest()
  expect(types(parts)).toEqual(['speech-start', 'speech-end', 'final'])
  expect(parts.at(-1)).toMatchObject({ text, language: 'en', provider: 'local' })
  expect(await local.health('/metrics')).toContain('parley_recognition_seconds_count{provider="local"}')
  expect(local.lines.join('')).not.toContain(text)
})

test('auto: silence ends the utterance', async () => {
  const listening = await local.openListening({ mode: 'auto' })
  listening.send(await toDevicePackets((await saySentence(text)).samples, { leadMs: 1_200, tailMs: 900 }))
  const parts = await listening.rest()
  expect(types(parts)).toEqual(['speech-start', 'speech-end', 'final'])
  expect(parts.at(-1)).toMatchObject({ text })
})

test('auto: a device that sends nothing in silence is heard as well', async () => {
  const listening = await local.openListening({ mode: 'auto' })
  listening.send(await toDevicePackets((await saySentence(text)).samples, { tailMs: 120 }))
  expect((await listening.rest()).at(-1)).toMatchObject({ type: 'final', text })
})

test('silence gives an empty final', async () => {
  const listening = await local.openListening()
  const silence = await toDevicePackets(new Int16Array(16_000))
  // DTX: packets of silence are tiny.
  expect(silence.some((packet) => packet.length <= 3)).toBe(true)
  listening.send(silence)
  listening.end()
  expect(await listening.rest()).toMatchObject([{ type: 'final', text: '', speechMs: 0 }])
})

test('garbage, empty, repeated and lost frames do not end a listening', async () => {
  const listening = await local.openListening()
  const middle = 4
  listening.send(packets.slice(0, middle))
  listening.send(packets.slice(0, middle), 0)
  listening.send([new Uint8Array(0), new Uint8Array(50).fill(255)], middle)
  listening.send(packets.slice(middle), middle + 3)
  listening.end()
  expect(await listening.rest()).toContainEqual(expect.objectContaining({ type: 'final' }))
})

test('two listenings at once hear each their own', async () => {
  const other = await toDevicePackets((await saySentence('tell me a joke')).samples)
  const [first, second] = await Promise.all([local.openListening(), local.openListening()])
  first.send(packets)
  second.send(other)
  first.end()
  second.end()
  const [heard, alsoHeard] = await Promise.all([first.rest(), second.rest()])
  expect(heard.at(-1)).toMatchObject({ text })
  expect(alsoHeard.at(-1)).toMatchObject({ text: 'tell me a joke' })
})

test('cancelling ends the recognition at the provider', async () => {
  await using fake = await startOpenAiFake({ transcription: { silent: true } })
  await using audio = await openAudio({ AUDIO_ASR_PROVIDER: 'openai', AUDIO_SERVICE_OPENAI_BASE_URL: fake.baseUrl })
  const cancel = new AbortController()
  const listening = await audio.openListening({}, cancel.signal)
  listening.send(packets)
  listening.end()
  await expect.poll(() => fake.requests[0]?.receivedAt).toBeDefined()
  cancel.abort(new Error('enough'))
  await expect(listening.rest()).rejects.toThrow('enough')
  await fake.find(({ outcome }) => outcome === 'aborted')
})

test('a provider that refuses is a problem to the caller, and is counted', async () => {
  await using fake = await startOpenAiFake({ transcription: { error: { status: 401 } } })
  await using audio = await openAudio({ AUDIO_ASR_PROVIDER: 'openai', AUDIO_SERVICE_OPENAI_BASE_URL: fake.baseUrl })
  const listening = await audio.openListening()
  listening.send(packets)
  listening.end()
  await expect(listening.rest()).rejects.toMatchObject({ code: 'provider-rejected' })
  const counted =
    'parley_audio_provider_failures_total{provider="openai",side="recognition",code="provider-rejected"} 1'
  expect(await audio.health('/metrics')).toContain(counted)
})

test('a service that works is ready', async () => {
  const { status, checks } = JSON.parse(await local.health('/readyz'))
  expect({ status, checks }).toEqual({
    status: 'ready',
    checks: { recognition: 'ok', synthesis: 'ok', encoders: 'ok', nats: 'ok' },
  })
})
