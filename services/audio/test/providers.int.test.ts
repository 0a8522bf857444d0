import { startOpenAiFake, type OpenAiFakeSettings } from '@parley/testkit/openai-fake'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeRecogniser, describeSynthesizer } from '../src/providers/conformance.ts'
import { openEspeakSynthesizer } from '../src/providers/local/espeak-synthesizer.ts'
import { openSphinxRecogniser } from '../src/providers/local/sphinx-recogniser.ts'
import { createOpenAiRecogniser } from '../src/providers/openai/openai-recogniser.ts'
import { createOpenAiSynthesizer } from '../src/providers/openai/openai-synthesizer.ts'
import { openPrograms, type Programs } from './programs.ts'
import { saySentence } from './speech.ts'

const modelDir = '/usr/share/pocketsphinx/model/en-us'
const text = 'what time is it'
let programs: Programs
beforeAll(async () => {
  programs = await openPrograms()
})
afterAll(() => programs[Symbol.asyncDispose]())

/** A pocketsphinx_batch that answers its warm-up, and does something else with every other utterance. */
const sphinxThat = (act: string) => async () => {
  const script = `while read -r id; do if [ "$id" = silence ]; then echo " ($id 0)"; else ${act}; fi; done`
  const batchPath = await programs.write(`sphinx-${crypto.randomUUID()}`, script)
  return openSphinxRecogniser({ batchPath, modelDir, timeoutMs: 200 })
}
const openLocalRecogniser = () => openSphinxRecogniser({ batchPath: 'pocketsphinx_batch', modelDir })

describeRecogniser('local', {
  open: openLocalRecogniser,
  openSilent: openLocalRecogniser,
  openSlow: sphinxThat('sleep 5'),
  speech: () => saySentence(text),
  text,
  failures: [
    { when: 'a process that dies', open: sphinxThat('exit 1'), code: 'provider-failed' },
    { when: 'a process that is silent', open: sphinxThat(':'), code: 'timeout' },
  ],
})

/** An espeak-ng that can be asked for its voices, and speaks otherwise. */
const espeakThat = (act: string) => async () => {
  const script = `case "$1" in --version|--voices) exit 0 ;; esac; ${act}`
  const path = await programs.write(`espeak-${crypto.randomUUID()}`, script)
  return openEspeakSynthesizer({ path, timeoutMs: 200 })
}
const openLocalSynthesizer = () => openEspeakSynthesizer({ path: 'espeak-ng' })

describeSynthesizer('local', {
  open: openLocalSynthesizer,
  openSlow: espeakThat('sleep 5'),
  text,
  durationMs: { least: 700, most: 2_500 },
  failures: [
    { when: 'a process that dies', open: espeakThat('exit 1'), code: 'provider-failed' },
    { when: 'what is no WAV', open: espeakThat('echo this is not a WAV at all, but text'), code: 'provider-failed' },
    { when: 'a process that is silent', open: espeakThat('sleep 5'), code: 'timeout' },
  ],
})

async function withFake<Port extends object>(settings: OpenAiFakeSettings, create: (baseUrl: string) => Port) {
  const fake = await startOpenAiFake(settings)
  return { ...create(fake.baseUrl), [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose]() }
}
const openaiRecogniser = (settings: OpenAiFakeSettings) => () =>
  withFake(settings, (baseUrl) =>
    createOpenAiRecogniser({ baseUrl, apiKey: 'right', timeoutMs: 300, model: 'whisper-1' }),
  )
const openaiSynthesizer = (settings: OpenAiFakeSettings) => () =>
  withFake(settings, (baseUrl) =>
    createOpenAiSynthesizer({ baseUrl, apiKey: 'right', timeoutMs: 300, model: 'tts-1', voice: 'alloy' }),
  )
const nobody = async () => createOpenAiRecogniser({ baseUrl: 'http://127.0.0.1:9/v1', timeoutMs: 300, model: 'm' })
const error = (status: number) => ({ error: { status } })

describeRecogniser('openai', {
  open: openaiRecogniser({ transcription: { text } }),
  openSilent: openaiRecogniser({ transcription: { text: '' } }),
  openSlow: openaiRecogniser({ transcription: { silent: true } }),
  speech: () => saySentence(text),
  text,
  failures: [
    { when: 'a wrong key', open: openaiRecogniser({ apiKey: 'other' }), code: 'provider-rejected' },
    { when: '400', open: openaiRecogniser({ transcription: error(400) }), code: 'provider-rejected' },
    { when: '403', open: openaiRecogniser({ transcription: error(403) }), code: 'provider-rejected' },
    { when: '429', open: openaiRecogniser({ transcription: error(429) }), code: 'provider-failed' },
    { when: '500', open: openaiRecogniser({ transcription: error(500) }), code: 'provider-failed' },
    { when: 'a server that is silent', open: openaiRecogniser({ transcription: { silent: true } }), code: 'timeout' },
    { when: 'nobody there', open: nobody, code: 'provider-failed' },
  ],
})

describeSynthesizer('openai', {
  open: openaiSynthesizer({ speech: { durationMs: 1_000 } }),
  openSlow: openaiSynthesizer({ speech: { pace: 0.5 } }),
  text,
  durationMs: { least: 900, most: 1_100 },
  failures: [
    { when: 'a wrong key', open: openaiSynthesizer({ apiKey: 'other' }), code: 'provider-rejected' },
    { when: '400', open: openaiSynthesizer({ speech: error(400) }), code: 'provider-rejected' },
    { when: '429', open: openaiSynthesizer({ speech: error(429) }), code: 'provider-failed' },
    { when: '500', open: openaiSynthesizer({ speech: error(500) }), code: 'provider-failed' },
    { when: 'a server that is silent', open: openaiSynthesizer({ speech: { silent: true } }), code: 'timeout' },
    {
      when: 'a broken answer',
      open: openaiSynthesizer({ speech: { pace: 10, breakAfterMs: 300 } }),
      code: 'provider-failed',
    },
  ],
})

test('openai: one retry, then the words; language and WAV as the API wants them', async () => {
  await using fake = await startOpenAiFake({ transcription: (_body, index) => (index === 0 ? error(500) : { text }) })
  const recogniser = createOpenAiRecogniser({ baseUrl: fake.baseUrl, timeoutMs: 3_000, model: 'whisper-1' })
  const utterance = { ...(await saySentence(text)), language: 'en-US' }
  expect(await recogniser.recognise(utterance, { signal: AbortSignal.timeout(5_000) })).toEqual({ text })
  expect(fake.requests).toHaveLength(2)
  expect(fake.requests[1]?.body).toMatchObject({ language: 'en', model: 'whisper-1', wav: { sampleRateHz: 16_000 } })
})

test('local: what is missing is named with its package', async () => {
  await expect(openSphinxRecogniser({ batchPath: '/nowhere/batch', modelDir })).rejects.toThrow(
    'Debian package pocketsphinx',
  )
  await expect(openSphinxRecogniser({ batchPath: 'pocketsphinx_batch', modelDir: '/nowhere' })).rejects.toThrow(
    'Debian package pocketsphinx-en-us',
  )
  await expect(openEspeakSynthesizer({ path: '/nowhere/espeak' })).rejects.toThrow('Debian package espeak-ng')
})

test('local: text is never an option, and an unknown language is still said', async () => {
  const synthesizer = await openLocalSynthesizer()
  for (const sentence of [
    { text: '--help', voice: {} },
    { text: 'hello', voice: { language: 'tlh-xx' } },
  ]) {
    const pieces = await Array.fromAsync(synthesizer.synthesise(sentence, { signal: AbortSignal.timeout(3_000) }))
    expect(pieces.length).toBeGreaterThan(0)
  }
})

test('local: free speech is not forced into a phrase', async () => {
  await using recogniser = await openLocalRecogniser()
  const speech = await saySentence('the children are playing in the garden')
  const { text: heard } = await recogniser.recognise(speech, { signal: AbortSignal.timeout(5_000) })
  expect(heard).toContain('garden')
})
