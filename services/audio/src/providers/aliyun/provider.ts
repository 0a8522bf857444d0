import { secret, variable, wholeNumber } from '@parley/service-kit'
import { z } from 'zod'
import { defineProvider, missing } from '../provider.ts'
import { createAliyunRecogniser } from './aliyun-recogniser.ts'
import { createAliyunRestSynthesizer } from './aliyun-rest-synthesizer.ts'
import { createAliyunFlowingSynthesizer } from './aliyun-synthesizer.ts'
import { createNlsToken } from './nls-token.ts'

const http = (otherwise: string) => z.url({ protocol: /^https?$/ }).default(otherwise)
const socket = (otherwise: string) => z.url({ protocol: /^wss?$/ }).default(otherwise)

/** Aliyun's Intelligent Speech Interaction (NLS). */
export const aliyun = defineProvider({
  name: 'aliyun',
  variables: {
    accessKeyId: variable('ALIYUN_NLS_ACCESS_KEY_ID', z.string().optional()),
    accessKeySecret: secret('ALIYUN_NLS_ACCESS_KEY_SECRET', { optional: true }),
    appKey: variable('ALIYUN_NLS_APP_ID', z.string().optional(), { aliases: ['ALIYUN_NLS_APP_KEY'] }),
    voice: variable('ALIYUN_NLS_VOICE', z.string().optional()),
    tts: variable('ALIYUN_NLS_TTS', z.enum(['flowing', 'rest']).default('flowing')),
    longText: variable('ALIYUN_NLS_LONG_TEXT', z.enum(['rest', 'rpc']).default('rest')),
    longTextMs: variable('ALIYUN_NLS_LONG_TEXT_MS', wholeNumber(1_000, 3_600_000).default(600_000)),
    metaUrl: variable('ALIYUN_NLS_META_URL', http('https://nls-meta.cn-shanghai.aliyuncs.com')),
    restUrl: variable('ALIYUN_NLS_REST_URL', http('https://nls-gateway-cn-shanghai.aliyuncs.com')),
    socketUrl: variable('ALIYUN_NLS_SOCKET_URL', socket('wss://nls-gateway-cn-shanghai.aliyuncs.com/ws/v1')),
    flowingUrl: variable('ALIYUN_NLS_FLOWING_URL', socket('wss://nls-gateway-cn-beijing.aliyuncs.com/ws/v1')),
  },
  configured: ({ accessKeyId, accessKeySecret, appKey }) =>
    accessKeyId !== undefined && accessKeySecret !== undefined && appKey !== undefined,
  problems: ({ accessKeyId, accessKeySecret, appKey }) =>
    missing('aliyun', {
      ALIYUN_NLS_ACCESS_KEY_ID: accessKeyId,
      ALIYUN_NLS_ACCESS_KEY_SECRET: accessKeySecret,
      ALIYUN_NLS_APP_ID: appKey,
    }),
  openRecogniser: async (values, { timeoutMs }) => {
    const { socketUrl, restUrl, appKey } = values
    return createAliyunRecogniser({ socketUrl, restUrl, appKey: appKey!, token: tokenOf(values, timeoutMs), timeoutMs })
  },
  openSynthesizer: async (values, { timeoutMs }) => {
    const { flowingUrl: url, restUrl, appKey, voice, tts, metaUrl, longText, longTextMs } = values
    const common = { appKey: appKey!, token: tokenOf(values, timeoutMs), timeoutMs }
    if (tts === 'flowing') return createAliyunFlowingSynthesizer({ ...common, url, voice: voice ?? 'longxiaochun' })
    return createAliyunRestSynthesizer({
      ...common,
      restUrl,
      voice: voice ?? 'xiaoyun',
      create: longText,
      accessKeyId: values.accessKeyId!,
      accessKeySecret: values.accessKeySecret!.reveal(),
      rpcUrl: metaUrl,
      pollMs: 1_000,
      taskMs: longTextMs,
    })
  },
})

type Access = {
  accessKeyId?: string | undefined
  accessKeySecret?: { reveal: () => string } | undefined
  metaUrl: string
}

function tokenOf({ accessKeyId, accessKeySecret, metaUrl }: Access, timeoutMs: number) {
  return createNlsToken({
    accessKeyId: accessKeyId!,
    accessKeySecret: accessKeySecret!.reveal(),
    endpoint: metaUrl,
    timeoutMs,
  })
}
