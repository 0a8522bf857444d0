import { connectDevice, encodeWav, speak, speakPackets } from '@parley/testkit/device'
import { startOpenAiFake } from '@parley/testkit/openai-fake'
import { startVoiceprintFake } from '@parley/testkit/speech-fakes'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newDeviceId, startPlatform, type Platform } from '../platform.ts'
import { openApi, signUp, type Api } from './api.ts'
import { pairingCodeOf, pushToTalk, wholeTurn } from './helpers.ts'

const stack = new AsyncDisposableStack()
let platform: Platform
let ada: Api
beforeAll(async () => {
  const key = 'voice-key'
  const voices = stack.use(
    await startVoiceprintFake({ key, identify: (_wav, [first = '']) => ({ speaker_id: first, score: 0.9 }) }),
  )
  const own = { AUDIO_RECORDINGS: 'on', VOICEPRINT_URL: voices.httpUrl, VOICEPRINT_KEY: key }
  platform = stack.use(await startPlatform(own))
  ada = await signUp(openApi(platform.apiUrl), 'ada')
}, 60_000)
afterAll(() => stack.disposeAsync())

test('a known voice is named to the model, and its owner hears and deletes what was said in a turn', async () => {
  const form = new FormData()
  form.set('name', 'Ada')
  const sample = await speak('the children are playing in the garden')
  form.set('file', new Blob([new Uint8Array(encodeWav(sample))]), 'ada.wav')
  const enrolled = await ada.call('POST', '/api/v1/voiceprints', form)
  expect(enrolled).toMatchObject({ status: 201, body: { name: 'Ada', samples: 1 } })

  const deviceId = newDeviceId()
  const answer = await fetch(platform.otaUrl, {
    method: 'POST',
    headers: { 'Device-Id': deviceId, 'Client-Id': 'one' },
    body: '{}',
  })
  const { websocket } = (await answer.json()) as { websocket: { token: string } }
  await using device = await connectDevice({
    url: platform.websocketUrl,
    deviceId,
    clientId: 'one',
    token: websocket.token,
  })
  await ada.call('POST', '/api/device/bind', { code: await pairingCodeOf(device) })

  // The model that answers from now on is one that can be looked over the shoulder.
  await using vendor = await startOpenAiFake({ chat: { text: 'It is noon. I hope that helps.' } })
  await platform.stop('chat-llm')
  await platform.start('chat-llm', { LLM_BASE_URL: vendor.baseUrl, LLM_API_KEY: 'k', LLM_MODEL: 'fake-chat' })
  const from = device.position
  pushToTalk(device, await speakPackets('tell me a joke'))
  await wholeTurn(device, from)
  const asked = JSON.stringify(vendor.requests.map((request) => request.body))
  expect(asked).toContain('The voice is that of')
  expect(asked).toContain('Ada')

  const list = async () =>
    (await ada.call('GET', '/api/v1/recordings')).body['recordings'] as Record<
      'recordingId' | 'turnId' | 'side',
      string
    >[]
  await expect.poll(async () => (await list()).map(({ side }) => side).includes('user'), { timeout: 5_000 }).toBe(true)
  await expect.poll(async () => (await list()).length, { timeout: 5_000 }).toBeGreaterThanOrEqual(2)
  const kept = await list()
  expect(new Set(kept.map(({ turnId }) => turnId)).size).toBe(1)
  const said = kept.find(({ side }) => side === 'user')!
  const sound = await fetch(`${platform.apiUrl}/api/v1/recordings/${said.recordingId}`, {
    headers: { authorization: `Bearer ${ada.token}` },
  })
  expect(sound.headers.get('content-type')).toBe('audio/ogg')
  const again = new FormData()
  again.set('file', new Blob([await sound.arrayBuffer()]), 'said.ogg')
  const { body } = await ada.call('POST', '/api/ai/transcribe', again)
  expect(body).toMatchObject({ data: { text: 'tell me a joke' } })

  const gone = await ada.call('DELETE', `/api/v1/recordings?turn_id=${said.turnId}`)
  expect(gone.body).toEqual({ deleted: kept.length })
  expect(await list()).toEqual([])
})
