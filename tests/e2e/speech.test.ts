import OpenAI, { toFile } from 'openai'
import { decodeWav, encodeWav, loudness, speak } from '@parley/testkit/device'
import { startOpenAiFake, type OpenAiFake } from '@parley/testkit/openai-fake'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPlatform } from '../platform.ts'
import { openApi, signUp, type Api } from './api.ts'

const stack = new AsyncDisposableStack()
let api: Api
let client: OpenAI
let vendor: OpenAiFake
let wav: Uint8Array
beforeAll(async () => {
  vendor = stack.use(await startOpenAiFake({ chat: { text: 'It is **noon** now. 😀' } }))
  const llm = { LLM_BASE_URL: vendor.baseUrl, LLM_API_KEY: 'key-1', LLM_MODEL: 'fake-chat' }
  const platform = stack.use(await startPlatform({ ...llm, AUDIO_FILE_MAX_SECONDS: '20' }))
  api = await signUp(openApi(platform.apiUrl), 'ada')
  client = new OpenAI({ baseURL: `${platform.apiUrl}/v1`, apiKey: api.token ?? '', maxRetries: 0, logLevel: 'off' })
  wav = encodeWav(await speak('what time is it'))
}, 60_000)
afterAll(() => stack.disposeAsync())

const dataOf = ({ body }: { body: Record<string, unknown> }) => body['data'] as Record<string, unknown>
async function fetchSound(url: unknown): Promise<Buffer> {
  const path = new URL(String(url))
  const { origin } = new URL(client.baseURL)
  const response = await fetch(`${origin}${path.pathname}${path.search}`)
  expect(response.status).toBe(200)
  return Buffer.from(await response.arrayBuffer())
}
const file = () => toFile(wav, 'question.wav', { type: 'audio/wav' })
const isMp3 = (bytes: Buffer) => bytes[0] === 0xff && (bytes[1]! & 0xe0) === 0xe0

describe('by OpenAI’s client', () => {
  test('a text becomes MP3, or what is asked for', async () => {
    const mp3 = await client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'Good morning.' })
    expect(mp3.headers.get('content-type')).toBe('audio/mpeg')
    expect(isMp3(Buffer.from(await mp3.arrayBuffer()))).toBe(true)
    const own = { model: 'tts-1', voice: 'local/en-gb', input: 'Good morning.', speed: 1.2 }
    const answer = await client.audio.speech.create({ ...own, response_format: 'wav' })
    const sound = decodeWav(new Uint8Array(await answer.arrayBuffer()))
    expect(sound.samples.length / sound.sampleRateHz).toBeGreaterThan(0.5)
    expect(loudness(sound)).toBeGreaterThan(300)
    const opus = await client.audio.speech.create({ ...own, response_format: 'opus' })
    expect(Buffer.from(await opus.arrayBuffer()).toString('latin1', 0, 4)).toBe('OggS')
  })

  test('a file becomes a text, in every form', async () => {
    const model = 'whisper-1'
    expect((await client.audio.transcriptions.create({ file: await file(), model })).text).toBe('what time is it')
    const verbose = await client.audio.transcriptions.create({
      file: await file(),
      model,
      response_format: 'verbose_json',
      language: 'en',
    })
    expect(verbose).toMatchObject({
      language: 'en',
      text: 'what time is it',
      segments: [{ id: 0, text: 'what time is it' }],
    })
    expect(verbose.duration).toBeGreaterThan(0.5)
    const text = await client.audio.transcriptions.create({ file: await file(), model, response_format: 'text' })
    expect(text).toBe('what time is it\n')
    const vtt = await client.audio.transcriptions.create({ file: await file(), model, response_format: 'vtt' })
    expect(vtt).toMatch(/^WEBVTT\n\n00:00:00\.\d{3} --> 00:00:\d\d\.\d{3}\nwhat time is it\n$/)
    const srt = await client.audio.transcriptions.create({ file: await file(), model, response_format: 'srt' })
    expect(srt).toMatch(/^1\n00:00:00,\d{3} --> 00:00:\d\d,\d{3}\nwhat time is it\n$/)
  })

  test('what is not served is refused by name', async () => {
    const speech = { model: 'tts-1', voice: 'alloy', input: 'hello' }
    await expect(client.audio.speech.create({ ...speech, response_format: 'flac' })).rejects.toMatchObject({
      status: 400,
      param: 'response_format',
    })
    await expect(client.audio.speech.create({ ...speech, input: '😀' })).rejects.toMatchObject({ status: 400 })
    const model = 'whisper-1'
    const html = await toFile(Buffer.from('<html></html>'), 'a.wav')
    await expect(client.audio.transcriptions.create({ file: html, model })).rejects.toMatchObject({ status: 400 })
    const long = await toFile(encodeWav({ samples: new Int16Array(8_000 * 21), sampleRateHz: 8_000 }), 'long.wav')
    await expect(client.audio.transcriptions.create({ file: long, model })).rejects.toMatchObject({ status: 413 })
    const stream = client.audio.transcriptions.create({ file: await file(), model, stream: true })
    await expect(stream).rejects.toMatchObject({ status: 400, param: 'stream' })
    const big = await toFile(Buffer.alloc(25 * 1024 * 1024 + 1), 'big.wav')
    await expect(client.audio.transcriptions.create({ file: big, model })).rejects.toMatchObject({ status: 413 })
  })
})

describe('by the companion app', () => {
  test('a text is a link to its sound', async () => {
    const answer = await api.call('POST', '/api/ai/synthesize/', { text: 'Good morning.', speed: 1.2, format: 'mp3' })
    expect(answer).toMatchObject({ status: 200, body: { code: 200, data: { format: 'mp3' } } })
    const sound = await fetchSound(dataOf(answer)['audio_url'])
    expect(isMp3(sound)).toBe(true)
    expect(sound.length).toBe(dataOf(answer)['size'])
  })

  test('a file is its text', async () => {
    const form = new FormData()
    form.set('file', new Blob([new Uint8Array(wav)]), 'question.wav')
    form.set('language', 'en')
    const answer = await api.call('POST', '/api/ai/transcribe/', form)
    expect(answer.body).toMatchObject({ code: 200, data: { text: 'what time is it', language: 'en' } })
    const empty = await api.call('POST', '/api/ai/transcribe', new FormData())
    expect(empty).toMatchObject({ status: 400, body: { code: 400 } })
  })

  test('an answer of the chat is spoken when that is wanted', async () => {
    const plain = await api.call('POST', '/api/ai/multi-chat/', { message: 'when is lunch' })
    expect(dataOf(plain)).not.toHaveProperty('audio_url')
    const spoken = await api.call('POST', '/api/ai/multi-chat/', { message: 'when is lunch', speech: true })
    expect(dataOf(spoken)['text']).toBe('It is **noon** now. 😀')
    expect(isMp3(await fetchSound(dataOf(spoken)['audio_url']))).toBe(true)
  })
})

test('voices are listed, and can be heard', async () => {
  const { body } = await api.call('GET', '/api/v1/voices?language=de')
  expect(body['voices']).toContainEqual(expect.objectContaining({ provider: 'local', name: 'de' }))
  const preview = await fetch(
    `${client.baseURL.replace('/v1', '')}/api/v1/voices/preview?provider=local&name=de&speed=0.8`,
    {
      headers: { authorization: `Bearer ${api.token}` },
    },
  )
  expect(preview.headers.get('content-type')).toBe('audio/mpeg')
  expect(isMp3(Buffer.from(await preview.arrayBuffer()))).toBe(true)
})
