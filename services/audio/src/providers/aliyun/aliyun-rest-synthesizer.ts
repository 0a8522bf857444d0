import { Problem } from '@parley/contracts'
import { createVendorFetch } from '@parley/service-kit'
import { z } from 'zod'
import { listenRateHz, type Pcm, type Sentence, type Synthesizer } from '../../domain/ports.ts'
import { createLimit } from '../limit.ts'
import { nextWithin } from '../next-within.ts'
import { toPcm } from '../pcm-bytes.ts'
import { toStatusProblem } from '../websocket/vendor-socket.ts'
import { toNlsVoice } from './aliyun-synthesizer.ts'
import { createLongText, type LongTextSettings } from './long-text.ts'
import { toNlsProblem } from './nls-messages.ts'
import type { NlsToken } from './nls-token.ts'
import { aliyunVoices } from './voices.ts'

export type AliyunRestSettings = Omit<LongTextSettings, 'fetch' | 'token'> & {
  token: NlsToken
  voice: string
  fetch?: typeof fetch
}

const who = 'The speech synthesis aliyun'
const longestShortText = 300
const Failure = z.object({ status: z.number(), message: z.string().default('') })

/** Aliyun's REST synthesis: up to 300 characters in one answer, more as a task that is waited for. */
export function createAliyunRestSynthesizer(settings: AliyunRestSettings): Synthesizer {
  const { token, appKey, restUrl, timeoutMs, fetch = createVendorFetch() } = settings
  const sayLong = createLongText({ ...settings, fetch })

  async function* saySentence({ text, voice }: Sentence, signal: AbortSignal): AsyncGenerator<Pcm, void, undefined> {
    using limit = createLimit(who, timeoutMs, signal)
    const leave = new AbortController()
    try {
      const id = await token.read()
      const response = await fetch(new URL('/stream/v1/tts', restUrl), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          appkey: appKey,
          token: id,
          text,
          format: 'pcm',
          sample_rate: listenRateHz,
          ...toNlsVoice(voice, settings.voice),
        }),
        signal: AbortSignal.any([limit.signal, leave.signal]),
      })
      // Whether it worked, the type of the answer says.
      if (!response.headers.get('content-type')?.startsWith('audio/')) {
        const failure = Failure.safeParse(await response.json().catch(() => undefined)).data
        if (failure?.status === 40_000_001) token.forget(id)
        throw failure ? toNlsProblem(who, failure.status, failure.message) : toStatusProblem(response.status, who)
      }
      limit[Symbol.dispose]()
      if (!response.body) throw new Problem('provider-failed', `${who} gave nothing`)
      const pieces = toPcm(response.body as AsyncIterable<Uint8Array>, listenRateHz)
      for (;;) {
        const next = await nextWithin(pieces, timeoutMs, signal, who)
        if (next.done) return
        yield next.value
      }
    } catch (error) {
      throw limit.toProblem(error)
    } finally {
      leave.abort()
    }
  }

  return {
    name: 'aliyun',
    capabilities: {
      streaming: true,
      languages: ['zh', 'en'],
      sampleRatesHz: [8_000, 16_000],
      opusOut: false,
      speed: true,
      pitch: true,
      volume: true,
      longestText: 100_000,
    },
    synthesise: (sentence, { signal }) =>
      sentence.text.length <= longestShortText
        ? saySentence(sentence, signal)
        : sayLong(sentence.text, toNlsVoice(sentence.voice, settings.voice), signal),
    voices: async () => aliyunVoices,
    check: () => undefined,
    probe: async () => void (await token.read()),
  }
}
