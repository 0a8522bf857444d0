import { readWire, startHuoshanFake, type SpeechFakeScript } from '@parley/testkit/speech-fakes'
import { expect, test } from 'vitest'
import { describeRecogniser, describeSynthesizer } from '../src/providers/conformance.ts'
import { createHuoshanRecogniser } from '../src/providers/huoshan/huoshan-recogniser.ts'
import { createHuoshanSynthesizer } from '../src/providers/huoshan/huoshan-synthesizer.ts'
import { createHuoshanV1Synthesizer } from '../src/providers/huoshan/huoshan-v1-synthesizer.ts'
import { saySentence } from './speech.ts'
import { against, vendorFailures } from './vendors.ts'

const text = 'what time is it'
const access = { appId: '1234', accessToken: 'token-1' }
const settings = { ...access, timeoutMs: 400 }
const never = new AbortController().signal

const recogniser =
  (script: SpeechFakeScript = {}, own = {}) =>
  () =>
    against(startHuoshanFake({ ...access, text, ...script }), ({ socketUrl: url }) =>
      createHuoshanRecogniser({ ...settings, url, resourceId: 'volc.bigasr.sauc.duration', ...own }),
    )
const synthesizer =
  (
    script: SpeechFakeScript = {},
    own: { format?: 'pcm' | 'ogg_opus'; accessToken?: string; timeoutMs?: number } = {},
  ) =>
  () =>
    against(startHuoshanFake({ ...access, ...script }), ({ socketUrl: url }) =>
      createHuoshanSynthesizer({
        ...settings,
        url,
        resourceId: 'volc.service_type.10029',
        voice: 'zh_female_cancan_mars_bigtts',
        format: 'pcm',
        ...own,
      }),
    )
const v1 =
  (script: SpeechFakeScript = {}, own = {}) =>
  () =>
    against(startHuoshanFake({ ...access, ...script }), ({ httpUrl: url }) =>
      createHuoshanV1Synthesizer({ ...settings, url, cluster: 'volcano_tts', voice: 'BV001_streaming', ...own }),
    )

describeRecogniser('huoshan', {
  open: recogniser(),
  openSilent: recogniser(),
  openSlow: recogniser({ fault: 'silent' }),
  speech: () => saySentence(text),
  text,
  failures: [
    ...vendorFailures(recogniser),
    { when: 'a wrong token', open: recogniser({}, { accessToken: 'other' }), code: 'provider-rejected' },
    { when: 'a wrong resource', open: recogniser({}, { resourceId: 'volc.other' }), code: 'provider-rejected' },
    { when: 'a cut in the middle', open: recogniser({ cutAfterMs: 400 }), code: 'provider-failed' },
    { when: 'words that come too late', open: recogniser({ firstMs: 1_000 }), code: 'timeout' },
  ],
})

const durationMs = { least: 900, most: 1_100 }
describeSynthesizer('huoshan', {
  open: synthesizer(),
  openSlow: synthesizer({ firstMs: 5_000 }),
  text,
  durationMs,
  failures: [
    ...vendorFailures(synthesizer),
    { when: 'a wrong token', open: synthesizer({}, { accessToken: 'other' }), code: 'provider-rejected' },
    { when: 'a cut in the middle', open: synthesizer({ cutAfterMs: 400 }), code: 'provider-failed' },
    { when: 'sound that comes too late', open: synthesizer({ firstMs: 1_000 }), code: 'timeout' },
  ],
})

describeSynthesizer('huoshan as Opus', {
  // Its fake encodes the sound first.
  open: synthesizer({}, { format: 'ogg_opus', timeoutMs: 5_000 }),
  openSlow: synthesizer({ firstMs: 5_000 }, { format: 'ogg_opus' }),
  text,
  durationMs,
  failures: [],
})

describeSynthesizer('huoshan v1', {
  open: v1(),
  openSlow: v1({ fault: 'silent' }),
  text,
  durationMs,
  failures: [
    ...vendorFailures(v1),
    { when: 'a wrong token', open: v1({}, { accessToken: 'other' }), code: 'provider-rejected' },
  ],
})

test('words that are no longer the newest do not count, and times of words are told', async () => {
  await using port = await recogniser({ fault: 'out-of-order' })()
  const heard = await port.recognise(await saySentence(text), { signal: never })
  expect(heard.text).toBe(text)
  expect(heard.words?.[1]).toEqual({ text: 'time', startMs: 200, endMs: 380 })
})

test('sound of a session that is over is not heard', async () => {
  await using clean = await synthesizer()()
  await using mixed = await synthesizer({ fault: 'out-of-order' })()
  const lengths = await Promise.all(
    [clean, mixed].map(async ({ synthesise }) => {
      const pieces = await Array.fromAsync(synthesise({ text, voice: {} }, { signal: never }))
      return pieces.reduce((sum, piece) => sum + ('samples' in piece ? piece.samples.length : 0), 0)
    }),
  )
  expect(lengths[0]).toBe(lengths[1])
})

test('one connection serves sentence after sentence, and is there before the first', async () => {
  await using fake = await startHuoshanFake({ ...access, durationMs: 200 })
  using port = createHuoshanSynthesizer({
    ...settings,
    url: fake.socketUrl,
    resourceId: 'seed-tts-1.0',
    voice: 'v',
    format: 'pcm',
  })
  port.warm?.()
  await expect.poll(() => fake.opened).toBe(1)
  for (const said of ['one', 'two', 'three']) {
    await Array.fromAsync(
      port.synthesise({ text: said, voice: { speed: 1.5, pitch: 1.2, volume: 2 } }, { signal: never }),
    )
  }
  expect(fake.opened).toBe(1)
  expect(fake.log.requests.map((request) => request.said)).toEqual(['one', 'two', 'three'])
})

test('v1: a text of more than 1024 bytes is said in pieces', async () => {
  await using fake = await startHuoshanFake({ ...access, durationMs: 100 })
  const port = createHuoshanV1Synthesizer({ ...settings, url: fake.httpUrl, cluster: 'volcano_tts', voice: 'v' })
  const long = '今天天气很好，我们去公园。'.repeat(60)
  await Array.fromAsync(port.synthesise({ text: long, voice: {} }, { signal: never }))
  const said = fake.log.requests.map((request) => request.said ?? '')
  expect(said.length).toBeGreaterThan(2)
  expect(said.join('')).toBe(long)
})

test('the fake reads the vectors of the protocol as they are', () => {
  const read = (hex: string) => readWire(Buffer.from(hex, 'hex'))
  expect(read('1114100000000001000000027b7d')).toMatchObject({ type: 1, flags: 4, event: 1 })
  const response = read('11b400000000016000000006736573732d310000000401020304')
  expect(response).toMatchObject({ type: 11, event: 352, id: 'sess-1', payload: Buffer.from([1, 2, 3, 4]) })
})
