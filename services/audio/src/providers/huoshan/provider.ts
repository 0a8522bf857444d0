import { secret, variable } from '@parley/service-kit'
import { z } from 'zod'
import { defineProvider, missing } from '../provider.ts'
import { createHuoshanRecogniser } from './huoshan-recogniser.ts'
import { createHuoshanSynthesizer } from './huoshan-synthesizer.ts'
import { createHuoshanV1Synthesizer } from './huoshan-v1-synthesizer.ts'

const vendor = 'https://openspeech.bytedance.com'
const firstGenerationCluster = 'volcano_tts'

/** Volcengine (Doubao) speech. */
export const huoshan = defineProvider({
  name: 'huoshan',
  variables: {
    appId: variable('AUDIO_SERVICE_HUOSHAN_APPID', z.string().optional()),
    accessToken: secret('AUDIO_SERVICE_HUOSHAN_ACCESS_TOKEN', { optional: true }),
    url: variable('AUDIO_SERVICE_HUOSHAN_URL', z.url({ protocol: /^https?$/ }).default(vendor)),
    asrResource: variable('AUDIO_SERVICE_HUOSHAN_ASR_RESOURCE', z.string().default('volc.bigasr.sauc.duration')),
    ttsResource: variable('AUDIO_SERVICE_HUOSHAN_TTS_RESOURCE', z.string().default('volc.service_type.10029')),
    /** Of the older interface: with it that one is used, unless `AUDIO_SERVICE_HUOSHAN_TTS` says otherwise. */
    cluster: variable('AUDIO_SERVICE_HUOSHAN_CLUSTER', z.string().optional()),
    tts: variable('AUDIO_SERVICE_HUOSHAN_TTS', z.enum(['v3', 'v1']).optional()),
    ttsFormat: variable('AUDIO_SERVICE_HUOSHAN_TTS_FORMAT', z.enum(['pcm', 'ogg_opus']).default('pcm')),
    voice: variable('AUDIO_SERVICE_HUOSHAN_VOICE_TYPE', z.string().optional()),
  },
  configured: ({ appId, accessToken }) => appId !== undefined && accessToken !== undefined,
  problems: ({ appId, accessToken }) =>
    missing('huoshan', { AUDIO_SERVICE_HUOSHAN_APPID: appId, AUDIO_SERVICE_HUOSHAN_ACCESS_TOKEN: accessToken }),
  openRecogniser: async ({ url, appId, accessToken, asrResource }, { timeoutMs }) =>
    createHuoshanRecogniser({
      url: toSocketUrl(url),
      appId: appId!,
      accessToken: accessToken!.reveal(),
      resourceId: asrResource,
      timeoutMs,
    }),
  openSynthesizer: async (values, { timeoutMs }) => {
    const { url, appId, accessToken, cluster, voice, tts = cluster === undefined ? 'v3' : 'v1' } = values
    const access = { appId: appId!, accessToken: accessToken!.reveal(), timeoutMs }
    if (tts === 'v1') {
      const own = { cluster: cluster ?? firstGenerationCluster, voice: voice ?? 'BV001_streaming' }
      return createHuoshanV1Synthesizer({ ...access, url, ...own })
    }
    return createHuoshanSynthesizer({
      ...access,
      url: toSocketUrl(url),
      resourceId: values.ttsResource,
      voice: voice ?? 'zh_female_cancan_mars_bigtts',
      format: values.ttsFormat,
    })
  },
})

const toSocketUrl = (url: string) => url.replace(/^http/, 'ws')
