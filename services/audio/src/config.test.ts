import { expect, test } from 'vitest'
import { readConfig as read } from './config.ts'

const readConfig = (environment: Record<string, string>) =>
  read({ INTERNAL_TOKEN_SECRET: 's'.repeat(32), ...environment })

test('nothing set: everything local', () => {
  expect(readConfig({})).toMatchObject({ asrProvider: 'local', ttsProvider: 'local', internalPort: 8102 })
})

test('one side can be another provider', () => {
  const key = { AUDIO_SERVICE_OPENAI_API_KEY: 'k' }
  expect(readConfig({ ...key, AUDIO_TTS_PROVIDER: 'openai' })).toMatchObject({
    asrProvider: 'local',
    ttsProvider: 'openai',
  })
  expect(readConfig({ ...key, AUDIO_SERVICE_PROVIDER: 'openai', AUDIO_ASR_PROVIDER: 'local' })).toMatchObject({
    asrProvider: 'local',
    ttsProvider: 'openai',
  })
})

test("openai needs a key, or a server of one's own", () => {
  expect(() => readConfig({ AUDIO_SERVICE_PROVIDER: 'openai' })).toThrow('AUDIO_SERVICE_OPENAI_API_KEY is not set')
  const own = { AUDIO_SERVICE_PROVIDER: 'openai', AUDIO_SERVICE_OPENAI_BASE_URL: 'http://127.0.0.1:9000/v1' }
  expect(readConfig(own).openaiBaseUrl).toBe('http://127.0.0.1:9000/v1')
})

test('every wrong value is named', () => {
  const wrong = { AUDIO_SERVICE_PROVIDER: 'nobody', AUDIO_OPUS_COMPLEXITY: '11', VAD_AGGRESSIVENESS: 'much' }
  expect(() => readConfig(wrong)).toThrow(/AUDIO_SERVICE_PROVIDER[^]*VAD_AGGRESSIVENESS[^]*AUDIO_OPUS_COMPLEXITY/)
})
