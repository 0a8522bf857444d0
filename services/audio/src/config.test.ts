import { expect, test } from 'vitest'
import { readConfig as read } from './config.ts'

const readConfig = (environment: Record<string, string>) =>
  read({ INTERNAL_TOKEN_SECRET: 's'.repeat(32), ...environment })

test('nothing set: everything local', () => {
  expect(readConfig({})).toMatchObject({ recognition: ['local'], synthesis: ['local'], internalPort: 8102 })
})

test('one side can be another provider', () => {
  const key = { AUDIO_SERVICE_OPENAI_API_KEY: 'k' }
  expect(readConfig({ ...key, AUDIO_TTS_PROVIDER: 'openai' })).toMatchObject({
    recognition: ['local'],
    synthesis: ['openai'],
  })
  expect(readConfig({ ...key, AUDIO_SERVICE_PROVIDER: 'openai', AUDIO_ASR_PROVIDER: 'local' })).toMatchObject({
    recognition: ['local'],
    synthesis: ['openai'],
  })
})

test("openai needs a key, or a server of one's own", () => {
  expect(() => readConfig({ AUDIO_SERVICE_PROVIDER: 'openai' })).toThrow('AUDIO_SERVICE_OPENAI_API_KEY is not set')
  const own = { AUDIO_SERVICE_PROVIDER: 'openai', AUDIO_SERVICE_OPENAI_BASE_URL: 'http://127.0.0.1:9000/v1' }
  expect(readConfig(own).providers['openai']!['baseUrl']).toBe('http://127.0.0.1:9000/v1')
})

test('every wrong value is named', () => {
  const wrong = { AUDIO_SERVICE_PROVIDER: 'nobody', AUDIO_OPUS_COMPLEXITY: '11', VAD_AGGRESSIVENESS: 'much' }
  expect(() => readConfig(wrong)).toThrow(/AUDIO_SERVICE_PROVIDER[^]*VAD_AGGRESSIVENESS[^]*AUDIO_OPUS_COMPLEXITY/)
})

test('lists are chains, and keys choose where no list does', () => {
  const huoshan = { AUDIO_SERVICE_HUOSHAN_APPID: '1', AUDIO_SERVICE_HUOSHAN_ACCESS_TOKEN: 't' }
  const tencent = { AUDIO_SERVICE_TENCENT_API_KEY: 'i', AUDIO_SERVICE_TENCENT_API_SECRET: 's' }
  const aliyun = { ALIYUN_NLS_ACCESS_KEY_ID: 'i', ALIYUN_NLS_ACCESS_KEY_SECRET: 's', ALIYUN_NLS_APP_ID: 'a' }
  expect(readConfig({ ...huoshan, ...aliyun, AUDIO_ASR_PROVIDER: 'huoshan, aliyun,local' })).toMatchObject({
    recognition: ['huoshan', 'aliyun', 'local'],
    synthesis: ['local'],
  })
  expect(readConfig({ ...tencent, ...huoshan })).toMatchObject({
    recognition: ['huoshan', 'tencent'],
    synthesis: ['huoshan', 'tencent'],
  })
  expect(readConfig({ FUNASR_URL: 'ws://127.0.0.1:10095' })).toMatchObject({
    recognition: ['funasr'],
    synthesis: ['local'],
  })
  expect(() => readConfig({ AUDIO_SERVICE_PROVIDER: 'aliyun' })).toThrow(
    /ALIYUN_NLS_ACCESS_KEY_ID[^]*ALIYUN_NLS_APP_ID/,
  )
  expect(() => readConfig({ FUNASR_URL: 'ws://a', AUDIO_TTS_PROVIDER: 'funasr' })).toThrow('funasr has no synthesis')
})

test('the cluster of older deployments means the older interface', () => {
  const { providers } = readConfig({ AUDIO_SERVICE_HUOSHAN_CLUSTER: 'volcano_tts' })
  expect(providers['huoshan']).toMatchObject({ cluster: 'volcano_tts', tts: undefined })
})

test('names of older deployments are read as they were', () => {
  const config = readConfig({
    AUDIO_SERVICE_PROVIDER: 'huoshan',
    AUDIO_SERVICE_HUOSHAN_APPID: '1234',
    AUDIO_SERVICE_HUOSHAN_ACCESS_TOKEN: 'token',
    AUDIO_SERVICE_HUOSHAN_VOICE_TYPE: 'BV001_streaming',
    AUDIO_SERVICE_HUOSHAN_STORAGE_DIR: '/var/speech',
    ALIYUN_NLS_ACCESS_KEY_ID: 'id',
    ALIYUN_NLS_ACCESS_KEY_SECRET: 'secret',
    ALIYUN_NLS_APP_ID: 'app',
    AUDIO_SERVICE_TENCENT_API_KEY: 'key',
    AUDIO_SERVICE_TENCENT_API_SECRET: 'hidden',
  })
  expect(config).toMatchObject({ recognition: ['huoshan'], synthesis: ['huoshan'], cacheDir: '/var/speech' })
  const { huoshan, aliyun, tencent } = config.providers
  expect(huoshan).toMatchObject({ appId: '1234', voice: 'BV001_streaming' })
  expect(aliyun).toMatchObject({ accessKeyId: 'id', appKey: 'app' })
  expect(tencent).toMatchObject({ secretId: 'key' })
  expect(JSON.stringify(config)).not.toMatch(/"token"|"secret"|"hidden"/)
})

test('what is kept of voices needs a place', () => {
  expect(() => readConfig({ AUDIO_RECORDINGS: 'on' })).toThrow(/DATABASE_URL[^]*OBJECT_STORE_URL_SECRET/)
  expect(() => readConfig({ VOICEPRINT_URL: 'http://voices', DATABASE_URL: 'postgresql://a/b' })).toThrow(
    'VOICEPRINT_KEY',
  )
  expect(() => readConfig({ VAD_PROVIDER: 'silero' })).toThrow('SILERO_VAD_MODEL')
  expect(readConfig({}).objects).toBeUndefined()
})
