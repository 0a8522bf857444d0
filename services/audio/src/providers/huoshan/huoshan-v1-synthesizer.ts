import { createVendorFetch } from '@parley/service-kit'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { OpusPackets, Pcm, Sentence, Synthesizer } from '../../domain/ports.ts'
import { splitText } from '../../domain/split-text.ts'
import { createLimit } from '../limit.ts'
import { toPcm } from '../pcm-bytes.ts'
import { toStatusProblem } from '../websocket/vendor-socket.ts'
import { toHuoshanProblem } from './huoshan-problem.ts'
import { huoshanVoices } from './voices.ts'

export type HuoshanV1Settings = {
  /** `https://openspeech.bytedance.com`, or where something stands in for it. */
  url: string
  appId: string
  accessToken: string
  /** `volcano_tts`, or `volcano_icl` for cloned voices. */
  cluster: string
  voice: string
  timeoutMs: number
  fetch?: typeof fetch
}

const who = 'The speech synthesis huoshan'
const sampleRateHz = 24_000
/** The vendor takes 1024 bytes at once: four to a character at most. */
const mostCharacters = 256
const Answer = z.object({ code: z.number(), message: z.string().default(''), data: z.string().optional() })

/** Volcengine's older synthesis (v1 HTTP), whose voices and clusters are others: a whole sentence at once. */
export function createHuoshanV1Synthesizer(settings: HuoshanV1Settings): Synthesizer {
  const { timeoutMs, accessToken, fetch = createVendorFetch() } = settings
  const url = new URL('/api/v1/tts', settings.url).href

  async function ask(text: string, sentence: Sentence, signal: AbortSignal): Promise<Uint8Array> {
    using limit = createLimit(who, timeoutMs, signal)
    try {
      const response = await fetch(url, {
        method: 'POST',
        // A semicolon and no space: this is how the vendor wants it.
        headers: { authorization: `Bearer;${accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(toRequest(text, sentence, settings)),
        signal: limit.signal,
      })
      const body = await response.text()
      // Failures of theirs come with a code, whatever the status.
      const answer = Answer.safeParse(JSON.parse(body.startsWith('{') ? body : '{}')).data
      if (!answer) throw toStatusProblem(response.status, who)
      if (answer.code !== 3_000 || !answer.data) throw toHuoshanProblem(who, answer.code, answer.message)
      return Buffer.from(answer.data, 'base64')
    } catch (error) {
      throw limit.toProblem(error)
    }
  }

  async function* synthesise(
    sentence: Sentence,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<Pcm | OpusPackets, void, undefined> {
    for (const text of splitText(sentence.text, mostCharacters)) {
      const bytes = await ask(text, sentence, signal)
      yield* toPcm(
        (async function* () {
          yield bytes
        })(),
        sampleRateHz,
      )
    }
  }

  return {
    name: 'huoshan',
    capabilities: {
      streaming: false,
      languages: ['zh', 'en', 'yue', 'ja'],
      sampleRatesHz: [8_000, 16_000, 24_000],
      opusOut: false,
      speed: true,
      pitch: true,
      volume: true,
      longestText: 5_000,
    },
    synthesise,
    voices: async () => huoshanVoices,
    check: () => undefined,
  }
}

function toRequest(text: string, { voice }: Sentence, { appId, accessToken, cluster, voice: own }: HuoshanV1Settings) {
  return {
    app: { appid: appId, token: accessToken, cluster },
    user: { uid: 'parley' },
    audio: {
      voice_type: voice.name ?? own,
      encoding: 'pcm',
      rate: sampleRateHz,
      speed_ratio: voice.speed ?? 1,
      volume_ratio: voice.volume ?? 1,
      pitch_ratio: voice.pitch ?? 1,
    },
    request: { reqid: randomUUID(), text, text_type: 'plain', operation: 'query' },
  }
}
