import { readConfig as read, secret, serviceVariables, variable, wholeNumber, type ConfigOf } from '@parley/service-kit'
import { availableParallelism } from 'node:os'
import { z } from 'zod'

const providerName = z.enum(['local', 'openai'])
const openaiOwn = 'https://api.openai.com/v1'

/** Every setting of this service. */
export const variables = {
  ...serviceVariables(8102),
  provider: variable('AUDIO_SERVICE_PROVIDER', providerName.default('local')),
  asrProvider: variable('AUDIO_ASR_PROVIDER', providerName.optional()),
  ttsProvider: variable('AUDIO_TTS_PROVIDER', providerName.optional()),
  openaiBaseUrl: variable('AUDIO_SERVICE_OPENAI_BASE_URL', z.url({ protocol: /^https?$/ }).default(openaiOwn)),
  openaiApiKey: secret('AUDIO_SERVICE_OPENAI_API_KEY', { optional: true }),
  openaiAsrModel: variable('AUDIO_SERVICE_OPENAI_ASR_MODEL', z.string().default('whisper-1')),
  openaiTtsModel: variable('AUDIO_SERVICE_OPENAI_TTS_MODEL', z.string().default('tts-1')),
  openaiTtsVoice: variable('AUDIO_SERVICE_OPENAI_TTS_VOICE', z.string().default('alloy')),
  openaiTimeoutMs: variable('AUDIO_SERVICE_OPENAI_TIMEOUT_MS', wholeNumber(100, 120_000).default(10_000)),
  vadAggressiveness: variable('VAD_AGGRESSIVENESS', wholeNumber(0, 3).default(2)),
  codecThreads: variable('AUDIO_CODEC_THREADS', wholeNumber(1, 64).default(availableParallelism())),
  opusComplexity: variable('AUDIO_OPUS_COMPLEXITY', wholeNumber(0, 10).default(4)),
  opusBitrate: variable('AUDIO_OPUS_BITRATE', wholeNumber(6_000, 128_000).default(32_000)),
  espeakPath: variable('ESPEAK_NG_PATH', z.string().default('espeak-ng')),
  pocketsphinxBatchPath: variable('POCKETSPHINX_BATCH_PATH', z.string().default('pocketsphinx_batch')),
  pocketsphinxModelDir: variable('POCKETSPHINX_MODEL_DIR', z.string().default('/usr/share/pocketsphinx/model/en-us')),
}

type ProviderName = z.infer<typeof providerName>
type Read = ConfigOf<typeof variables>
/** Both sides are always named: where one is not set, it is `provider`. */
export type Config = Read & { asrProvider: ProviderName; ttsProvider: ProviderName }

/**
 * Reads this service's configuration from an environment.
 * @throws ConfigError naming every wrong value, and the key that the chosen provider needs.
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const config = read(variables, environment, { service: 'audio', check: checkOpenai })
  const { provider, asrProvider = provider, ttsProvider = provider } = config
  return { ...config, asrProvider, ttsProvider }
}

function checkOpenai({ provider, asrProvider, ttsProvider, openaiBaseUrl, openaiApiKey }: Partial<Read>): string[] {
  const usesOpenai = [asrProvider ?? provider, ttsProvider ?? provider].includes('openai')
  if (!usesOpenai || openaiApiKey || openaiBaseUrl !== openaiOwn) return []
  const cure = 'set it, or AUDIO_SERVICE_OPENAI_BASE_URL for a server that needs none'
  return [`AUDIO_SERVICE_OPENAI_API_KEY is not set, and the provider openai needs it: ${cure}`]
}
