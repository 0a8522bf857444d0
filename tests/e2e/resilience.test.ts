import { device as deviceContract } from '@parley/contracts'
import { connectDevice, speakPackets } from '@parley/testkit/device'
import { startOpenAiFake } from '@parley/testkit/openai-fake'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newDeviceId, startPlatform, type Platform } from '../platform.ts'
import { isMessage, outline, pushToTalk, sentencesOf, type, wholeTurn } from './helpers.ts'

let platform: Platform
let question: Uint8Array[]

beforeAll(async () => {
  ;[platform, question] = await Promise.all([startPlatform(), speakPackets('what time is it')])
})
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]()
})

const connect = (settings: Partial<Parameters<typeof connectDevice>[0]> = {}) =>
  connectDevice({ url: platform.websocketUrl, deviceId: newDeviceId(), ...settings })

describe.concurrent('bad input leaves the session alive', () => {
  test.each([
    ['text that is not JSON', 'this is not json', 'JSON'],
    ['JSON that is no object', '[1,2]', '"type"'],
    ['a message without a type', '{"hello":1}', '"type"'],
    ['a known type with wrong fields', '{"type":"listen","state":"sideways"}', 'state'],
  ])('%s is answered with what is wrong', async (_name, text, named) => {
    await using device = await connect()
    device.sendText(text)
    const error = await device.message('error')
    expect(error.body).toMatchObject({ code: 'bad-request' })
    expect(String(error.body['message'])).toContain(named)
    device.send({ type: 'ping' })
    await device.message('pong')
  })

  test('an unknown type is ignored', async () => {
    await using device = await connect()
    device.send({ type: 'teleport', where: 'home' })
    device.send({ type: 'ping' })
    await device.message('pong')
    expect(device.log.events.filter((event) => isMessage(event) && event.type === 'error')).toEqual([])
  })

  test('garbage for audio, among good frames, does not spoil the utterance', async () => {
    await using device = await connect()
    const garbage = [new Uint8Array(0), Uint8Array.of(255, 255, 255, 255, 7, 9), new Uint8Array(4_000).fill(170)]
    pushToTalk(device, [...garbage, ...question, ...garbage])
    const stt = await device.message('stt', {}, { timeoutMs: 8_000 })
    expect(stt.body['text']).toBe('what time is it')
  })
})

describe.concurrent('who may connect', () => {
  async function enrol(deviceId: string, clientId: string): Promise<{ url: string; token: string; version: number }> {
    const response = await fetch(platform.otaUrl, {
      method: 'POST',
      headers: { 'Device-Id': deviceId.toUpperCase(), 'Client-Id': clientId },
      body: '{"application":{"version":"2.0.1"},"board":{"type":"test"}}',
    })
    expect(response.status).toBe(200)
    const answer = (await response.json()) as {
      websocket: { url: string; token: string; version: number }
      firmware: object
    }
    expect(answer.firmware).toEqual({ version: '2.0.1', url: '' })
    return answer.websocket
  }

  test('a device with its credential gets in; with a wrong one, or none, there is no upgrade', async () => {
    const deviceId = newDeviceId()
    const { url, token, version } = await enrol(deviceId, 'client-1')
    expect({ url, version }).toEqual({ url: platform.websocketUrl, version: 1 })
    await using device = await connect({ deviceId, token })
    expect(device.open).toBe(true)
    await expect(connect({ deviceId, token: `${token}x` })).rejects.toMatchObject({ status: 401 })
    await expect(connect({ deviceId })).rejects.toMatchObject({ status: 401 })
    expect(device.open).toBe(true)
  })

  test('the credential is the same after each start of the device, and dies when another installation takes over', async () => {
    const deviceId = newDeviceId()
    const first = await enrol(deviceId, 'client-1')
    expect(await enrol(deviceId, 'client-1')).toEqual(first)
    const second = await enrol(deviceId, 'client-2')
    expect(second.token).not.toBe(first.token)
    await expect(connect({ deviceId, token: first.token })).rejects.toMatchObject({ status: 401 })
    await using device = await connect({ deviceId, token: second.token })
    expect(device.open).toBe(true)
  })

  test('a device that never asked is let in, one without a usable name is not', async () => {
    await using device = await connect({ token: 'anything' })
    expect(device.open).toBe(true)
    await expect(connect({ deviceId: 'me' })).rejects.toMatchObject({
      status: 400,
      body: expect.stringContaining('device-id'),
    })
  })

  test('the page for people shows both addresses', async () => {
    const page = await (await fetch(platform.otaUrl)).text()
    expect(page).toContain(platform.otaUrl)
    expect(page).toContain(platform.websocketUrl)
  })
})

describe('many connections', () => {
  test('a second connection of a device replaces the first, also on another instance', async () => {
    const deviceId = newDeviceId()
    await using first = await connect({ deviceId })
    await using second = await connect({ deviceId })
    expect(await first.closed()).toMatchObject({ code: 4409, reason: 'replaced' })

    const other = await platform.start('device-hub')
    const url = `ws://127.0.0.1:${(other as typeof platform.hub).publicPort}/xiaozhi/v1/`
    await using third = await connect({ deviceId, url })
    expect(await second.closed()).toMatchObject({ code: 4409, reason: 'replaced' })

    const from = third.position
    await platform.bus.request(deviceContract.say, { text: 'Dinner is ready.' }, { tokens: { deviceId } })
    expect(sentencesOf(await wholeTurn(third, from))).toEqual(['Dinner is ready.'])
  })

  test('a silent device is sent away after a while', async () => {
    const impatient = await platform.start('device-hub', { DEVICE_IDLE_CLOSE_MS: '300' })
    await using device = await connect({
      url: `ws://127.0.0.1:${(impatient as typeof platform.hub).publicPort}/xiaozhi/v1/`,
    })
    expect(await device.closed()).toMatchObject({ code: 1000, reason: 'idle' })
  })

  test('an offline device is unavailable at once', async () => {
    await expect(
      platform.bus.request(deviceContract.say, { text: 'Anybody?' }, { tokens: { deviceId: newDeviceId() } }),
    ).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('with a model that talks long', () => {
  let fake: Awaited<ReturnType<typeof startOpenAiFake>>
  let long: Platform

  beforeAll(async () => {
    const text = Array.from({ length: 40 }, (_, index) => `This is sentence number ${index + 1} of a long story.`).join(
      ' ',
    )
    fake = await startOpenAiFake({
      chat: { text, firstTokenMs: 20, tokenMs: 20 },
      speech: { durationMs: 1_500, pace: 1 },
    })
    const openai = { LLM_BASE_URL: fake.baseUrl, LLM_API_KEY: 'test-key', LLM_MODEL: 'test' }
    const speech = {
      AUDIO_TTS_PROVIDER: 'openai',
      AUDIO_SERVICE_OPENAI_BASE_URL: fake.baseUrl,
      AUDIO_SERVICE_OPENAI_API_KEY: 'test-key',
    }
    long = await startPlatform({ ...openai, ...speech, DRAIN_MS: '0' })
  })
  afterAll(async () => {
    await long?.[Symbol.asyncDispose]()
    await fake?.[Symbol.asyncDispose]()
  })

  test('abort: tts stop at once, once, and everything upstream is cancelled', async () => {
    await using device = await connectDevice({ url: long.websocketUrl, deviceId: newDeviceId() })
    const from = device.position
    type(device, 'tell me a story')
    await device.audio({ from })
    const abortedAt = performance.now()
    device.send({ type: 'abort' })
    const stop = await device.message('tts', { state: 'stop' }, { from })
    expect(stop.at - abortedAt).toBeLessThan(120)
    await expect.poll(() => fake.requests.every(({ outcome }) => outcome !== 'open')).toBe(true)
    const last = (kind: string) => fake.requests.findLast((request) => request.kind === kind)
    expect(last('chat')).toMatchObject({ outcome: 'aborted' })
    expect(last('speech')).toMatchObject({ outcome: 'aborted' })

    const next = device.position
    type(device, 'and another one')
    await device.audio({ from: next })
    const events = device.log.events.slice(from)
    expect(events.filter((event) => isMessage(event) && event.body['state'] === 'stop')).toHaveLength(1)
    device.send({ type: 'abort' })
    await device.message('tts', { state: 'stop' }, { from: next })
  })

  test('a chat service that goes in the middle of a reply: an apology, and the next turn works', async () => {
    await using device = await connectDevice({ url: long.websocketUrl, deviceId: newDeviceId() })
    const from = device.position
    type(device, 'tell me a story')
    await device.audio({ from })
    await long.stop('chat-llm')
    const events = await wholeTurn(device, from, 20_000)
    expect(sentencesOf(events).at(-1)).toBe('Sorry, something went wrong. Please try again.')
    expect(outline(events).filter((word) => word === 'stop')).toHaveLength(1)

    await long.start('chat-llm')
    const next = device.position
    type(device, 'again please')
    await device.audio({ from: next })
    device.send({ type: 'abort' })
    await device.message('tts', { state: 'stop' }, { from: next })
  })

  test('an audio service that goes in the middle of a reply: the failure is shown, and the next turn works', async () => {
    await using device = await connectDevice({ url: long.websocketUrl, deviceId: newDeviceId() })
    const from = device.position
    type(device, 'tell me a story')
    await device.audio({ from })
    await long.stop('audio')
    const events = await wholeTurn(device, from)
    expect(events.filter((event) => isMessage(event) && event.type === 'alert')).toHaveLength(1)
    expect(device.open).toBe(true)

    await long.start('audio')
    const next = device.position
    type(device, 'again please')
    await device.audio({ from: next })
    device.send({ type: 'abort' })
    await device.message('tts', { state: 'stop' }, { from: next })
  })
})
