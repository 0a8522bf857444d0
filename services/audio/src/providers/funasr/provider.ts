import { variable } from '@parley/service-kit'
import { z } from 'zod'
import { defineProvider, missing } from '../provider.ts'
import { createFunasrRecogniser } from './funasr-recogniser.ts'

/** `阿里巴巴:20,达摩院:30` */
const hotwords = z
  .string()
  .default('')
  .transform((text) =>
    Object.fromEntries(
      text
        .split(',')
        .map((pair) => pair.trim())
        .filter(Boolean)
        .map((pair): [string, number] => {
          const [word = '', weight = '20'] = pair.split(':')
          return [word.trim(), Number(weight) || 20]
        }),
    ),
  )

/** A FunASR server of one's own. */
export const funasr = defineProvider({
  name: 'funasr',
  variables: {
    url: variable('FUNASR_URL', z.url({ protocol: /^wss?$/ }).optional()),
    mode: variable('FUNASR_MODE', z.enum(['2pass', 'online', 'offline']).default('2pass')),
    hotwords: variable('FUNASR_HOTWORDS', hotwords),
  },
  configured: ({ url }) => url !== undefined,
  problems: ({ url }) => missing('funasr', { FUNASR_URL: url }),
  openRecogniser: async ({ url, mode, hotwords: words }, { timeoutMs }) =>
    createFunasrRecogniser({ url: url!, mode, hotwords: words, timeoutMs }),
})
