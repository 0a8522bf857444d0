import { secret, variable, wholeNumber } from '@parley/service-kit'
import { z } from 'zod'
import { defineProvider } from '../provider.ts'
import { createOpenAiRecogniser } from './openai-recogniser.ts'
import { createOpenAiSynthesizer } from './openai-synthesizer.ts'

const vendor = 'https://api.openai.com/v1'

/** Any server that speaks OpenAI's audio API. */
export const openai = defineProvider({
  name: 'openai',
  variables: {
    baseUrl: variable('AUDIO_SERVICE_OPENAI_BASE_URL', z.url({ protocol: /^https?$/ }).default(vendor)),
    apiKey: secret('AUDIO_SERVICE_OPENAI_API_KEY', { optional: true }),
    asrModel: variable('AUDIO_SERVICE_OPENAI_ASR_MODEL', z.string().default('whisper-1')),
    ttsModel: variable('AUDIO_SERVICE_OPENAI_TTS_MODEL', z.string().default('tts-1')),
    ttsVoice: variable('AUDIO_SERVICE_OPENAI_TTS_VOICE', z.string().default('alloy')),
    ttsFormat: variable('AUDIO_SERVICE_OPENAI_TTS_FORMAT', z.enum(['pcm', 'opus']).default('pcm')),
    timeoutMs: variable('AUDIO_SERVICE_OPENAI_TIMEOUT_MS', wholeNumber(100, 120_000).optional()),
  },
  configured: ({ apiKey }) => apiKey !== undefined,
  problems: ({ apiKey, baseUrl }) => {
    const cure = 'set it, or AUDIO_SERVICE_OPENAI_BASE_URL for a server that needs none'
    const needed = apiKey === undefined && baseUrl === vendor
    return needed ? [`AUDIO_SERVICE_OPENAI_API_KEY is not set, and the provider openai needs it: ${cure}`] : []
  },
  openRecogniser: async ({ baseUrl, apiKey, timeoutMs, asrModel: model }, common) =>
    createOpenAiRecogniser({ baseUrl, apiKey: apiKey?.reveal(), timeoutMs: timeoutMs ?? common.timeoutMs, model }),
  openSynthesizer: async (
    { baseUrl, apiKey, timeoutMs, ttsModel: model, ttsVoice: voice, ttsFormat: format },
    common,
  ) =>
    createOpenAiSynthesizer({
      baseUrl,
      apiKey: apiKey?.reveal(),
      timeoutMs: timeoutMs ?? common.timeoutMs,
      model,
      voice,
      format,
    }),
})
