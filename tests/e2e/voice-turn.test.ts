import { chat } from '@parley/contracts'
import { connectDevice, decodeSpeech, loudness, silencePackets, speakPackets, stream } from '@parley/testkit/device'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newDeviceId, startPlatform, type Platform } from '../platform.ts'
import { isAudio, isMessage, outline, packetsOf, pushToTalk, sentencesOf, type, wholeTurn } from './helpers.ts'

let platform: Platform
let question: Uint8Array[]

beforeAll(async () => {
  ;[platform, question] = await Promise.all([
    startPlatform({ DEVICE_IDLE_CLOSE_MS: '60000' }),
    speakPackets('what time is it'),
  ])
})
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]()
})

const connect = (settings: Partial<Parameters<typeof connectDevice>[0]> = {}) =>
  connectDevice({ url: platform.websocketUrl, deviceId: newDeviceId(), ...settings })

describe.concurrent('a spoken turn', () => {
  test.each([1, 2, 3] as const)(
    'with push to talk and framing %i: heard, answered aloud, in order',
    async (frameVersion) => {
      await using device = await connect({ frameVersion })
      const from = device.position
      pushToTalk(device, question)
      const events = await wholeTurn(device, from)

      expect(outline(events)).toEqual(['stt', 'start', 'llm', 'sentence', 'audio', 'stop'])
      const stt = events.find((event) => isMessage(event) && event.type === 'stt')
      expect(stt).toMatchObject({ body: { text: 'what time is it', session_id: device.sessionId } })
      expect(sentencesOf(events).join(' ')).toMatch(/\d/)
      const pcm = await decodeSpeech(packetsOf(events))
      expect(loudness(pcm)).toBeGreaterThan(500)
      expect(pcm.samples.length / pcm.sampleRateHz).toBeGreaterThan(0.6)
    },
  )

  test('in auto mode: silence ends it', async () => {
    await using device = await connect()
    const from = device.position
    device.send({ type: 'listen', state: 'start', mode: 'auto' })
    const silence = await silencePackets(3_000)
    const stopped = new AbortController()
    const microphone = stream(device, [...question, ...silence], { signal: stopped.signal })
    await device.message('tts', { state: 'start' }, { from })
    stopped.abort()
    await microphone
    expect(outline(await wholeTurn(device, from))).toEqual(['stt', 'start', 'llm', 'sentence', 'audio', 'stop'])
  })

  test('the first audio comes 100 ms or more after tts start, and the rest at the pace of playing', async () => {
    await using device = await connect()
    const from = device.position
    type(device, 'tell me a joke')
    const events = await wholeTurn(device, from)
    const start = events.find((event) => isMessage(event) && event.body['state'] === 'start')
    const audio = events.filter(isAudio)
    const stop = events.at(-1)
    // To the millisecond this is proven on a virtual clock; here both ends share one busy process.
    expect((audio[0]?.at ?? 0) - (start?.at ?? 0)).toBeGreaterThanOrEqual(90)
    const playedMs = audio.length * 60
    const tookMs = (stop?.at ?? 0) - (audio[0]?.at ?? 0)
    // Stop comes when the device has played everything, so it takes as long as the sound is, and hardly longer.
    expect(tookMs).toBeGreaterThanOrEqual(playedMs)
    // No frame runs further ahead than the lead that devices have room for.
    for (const [index, { at }] of audio.entries()) {
      expect(at - (audio[0]?.at ?? 0)).toBeGreaterThanOrEqual((index - 5) * 60 - 20)
    }
  })

  test('frames that come with the hello, before anything is ready, are not lost', async () => {
    await using device = await connect({ hello: false })
    device.send({ type: 'hello', version: 1, transport: 'websocket' })
    pushToTalk(device, question)
    const stt = await device.message('stt')
    expect(stt.body['text']).toBe('what time is it')
  })

  test('two turns in a row, and both are in the history as they were heard', async ({ expect }) => {
    const deviceId = newDeviceId()
    await using device = await connect({ deviceId })
    const first = device.position
    pushToTalk(device, question)
    const firstEvents = await wholeTurn(device, first)
    const second = device.position
    type(device, 'say good morning')
    const secondEvents = await wholeTurn(device, second)
    expect(sentencesOf(secondEvents).join(' ').toLowerCase()).toContain('good morning')

    const history = () =>
      platform.bus.request(chat.listMessages, { deviceId, limit: 10 }).then(({ messages }) => messages)
    await expect.poll(async () => (await history()).length).toBe(4)
    expect((await history()).map(({ role, text }) => [role, text])).toEqual([
      ['user', 'what time is it'],
      ['assistant', sentencesOf(firstEvents).join(' ')],
      ['user', 'say good morning'],
      ['assistant', sentencesOf(secondEvents).join(' ')],
    ])
  })

  test('saying nothing gets no answer, and the next words are heard', async () => {
    await using device = await connect()
    const from = device.position
    pushToTalk(device, await silencePackets(600))
    expect(outline(await wholeTurn(device, from))).toEqual(['stop'])
    const next = device.position
    pushToTalk(device, question)
    expect(await device.message('stt', {}, { from: next })).toMatchObject({ body: { text: 'what time is it' } })
  })
})

test.concurrent('a wake word opens the ears without an answer, and its own sound is not taken for words', async () => {
  await using device = await connect()
  const from = device.position
  for (const packet of await speakPackets('hello parley')) device.sendAudio(packet)
  device.send({ type: 'listen', state: 'detect', text: 'Hello, Parley!' })
  pushToTalk(device, question)
  const stt = await device.message('stt', {}, { from })
  expect(stt.body['text']).toBe('what time is it')
})

test.concurrent('the conversation uses the tools of the device', async ({ expect }) => {
  const volumes: unknown[] = []
  const tools = {
    'self.audio_speaker.set_volume': {
      description: 'Sets the volume',
      inputSchema: {
        type: 'object',
        properties: { volume: { type: 'integer', minimum: 0, maximum: 100 } },
        required: ['volume'],
      },
      run: ({ volume }: Record<string, unknown>) => (volumes.push(volume), 'true'),
    },
  }
  await using device = await connect({ tools })
  await device.log.find((event) => isMessage(event) && JSON.stringify(event.body).includes('tools/list'))
  const from = device.position
  await expect
    .poll(
      async () => {
        const start = device.position
        type(device, 'set the volume to fifty')
        await wholeTurn(device, start)
        return volumes.at(-1)
      },
      { timeout: 10_000 },
    )
    .toBe(50)
  expect(sentencesOf(device.log.events.slice(from)).join(' ')).toMatch(/50|fifty/i)
})
