import { secret, variable } from '@parley/service-kit'
import { z } from 'zod'
import { defineProvider, missing } from '../provider.ts'
import { createTencentRecogniser } from './tencent-recogniser.ts'
import { createTencentSynthesizer } from './tencent-synthesizer.ts'

const socket = (otherwise: string) => z.url({ protocol: /^wss?$/ }).default(otherwise)

/** Tencent Cloud speech. */
export const tencent = defineProvider({
  name: 'tencent',
  variables: {
    secretId: variable('AUDIO_SERVICE_TENCENT_API_KEY', z.string().optional()),
    secretKey: secret('AUDIO_SERVICE_TENCENT_API_SECRET', { optional: true }),
    appId: variable('AUDIO_SERVICE_TENCENT_APP_ID', z.string().regex(/^\d+$/).optional()),
    region: variable('AUDIO_SERVICE_TENCENT_REGION', z.string().default('ap-guangzhou')),
    engine: variable('AUDIO_SERVICE_TENCENT_ASR_ENGINE', z.string().default('16k_zh')),
    voice: variable('AUDIO_SERVICE_TENCENT_VOICE_TYPE', z.string().regex(/^\d+$/).default('101001')),
    apiUrl: variable('AUDIO_SERVICE_TENCENT_API_URL', z.url({ protocol: /^https?$/ }).optional()),
    asrUrl: variable('AUDIO_SERVICE_TENCENT_ASR_URL', socket('wss://asr.cloud.tencent.com')),
    ttsUrl: variable('AUDIO_SERVICE_TENCENT_TTS_URL', socket('wss://tts.cloud.tencent.com')),
  },
  configured: ({ secretId, secretKey }) => secretId !== undefined && secretKey !== undefined,
  problems: ({ secretId, secretKey }) =>
    missing('tencent', { AUDIO_SERVICE_TENCENT_API_KEY: secretId, AUDIO_SERVICE_TENCENT_API_SECRET: secretKey }),
  openRecogniser: async ({ secretId, secretKey, asrUrl: socketUrl, ...values }, { timeoutMs }) =>
    createTencentRecogniser({ ...values, secretId: secretId!, secretKey: secretKey!.reveal(), socketUrl, timeoutMs }),
  openSynthesizer: async ({ secretId, secretKey, ttsUrl: socketUrl, ...values }, { timeoutMs }) =>
    createTencentSynthesizer({ ...values, secretId: secretId!, secretKey: secretKey!.reveal(), socketUrl, timeoutMs }),
})
