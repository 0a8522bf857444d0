import { Problem } from '@parley/contracts'
import { randomInt, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { abortable } from '../../domain/abortable.ts'
import { recogniseByStream, streamed } from '../../domain/adapters.ts'
import {
  listenRateHz,
  type Pcm,
  type Recogniser,
  type Recognition,
  type UtteranceRecogniser,
} from '../../domain/ports.ts'
import { toBytes } from '../pcm-bytes.ts'
import { openDialogue, type RecognitionDialogue, type Understood } from '../websocket/recognition-dialogue.ts'
import { openVendorSocket, type VendorMessage } from '../websocket/vendor-socket.ts'
import { signTencentUrl } from './sign.ts'
import { fromTencentSdk, toTencentProblem } from './tencent-problem.ts'
import { createTencentClient, type TencentAccess } from './tencent-sdk.ts'

export type TencentRecogniserSettings = TencentAccess & {
  /** Of the account; without it there is no live recognition, only that of finished utterances. */
  appId: string | undefined
  /** `wss://asr.cloud.tencent.com`, or where something stands in for it. */
  socketUrl: string
  /** Such as `16k_zh`. */
  engine: string
  nowMs?: () => number
}

const who = 'The speech recognition tencent'
const host = 'asr.cloud.tencent.com'
const pcmFormat = 1
const pace = { packetMs: 40, mostSpeed: 2, headStartMs: 400 }
const longestSentenceMs = 60_000
const signedForS = 3_600

const Message = z.object({
  code: z.number(),
  message: z.string().default(''),
  final: z.number().optional(),
  result: z
    .object({
      slice_type: z.number(),
      index: z.number(),
      voice_text_str: z.string().default(''),
      word_list: z.array(z.object({ word: z.string(), start_time: z.number(), end_time: z.number() })).nullish(),
    })
    .optional(),
})
const SentenceAnswer = z.object({
  Result: z.string(),
  WordList: z.array(z.object({ Word: z.string(), StartTime: z.number(), EndTime: z.number() })).nullish(),
})

/** The address of one live recognition; every connection has a `voice_id` of its own. */
export function tencentRecognitionUrl(
  { appId, socketUrl, secretKey, secretId, engine }: TencentRecogniserSettings,
  { timestamp, nonce, voiceId }: { timestamp: number; nonce: number; voiceId: string },
): string {
  return signTencentUrl({
    origin: socketUrl,
    host,
    path: `/asr/v2/${appId}`,
    secretKey,
    parameters: {
      secretid: secretId,
      timestamp,
      expired: timestamp + signedForS,
      nonce,
      engine_model_type: engine,
      voice_id: voiceId,
      voice_format: pcmFormat,
      needvad: 1,
      word_info: 1,
      convert_num_mode: 1,
    },
  })
}

/** Tencent's recognition: live speech over a WebSocket, finished utterances by SentenceRecognition. */
export function createTencentRecogniser(settings: TencentRecogniserSettings): Recogniser {
  const { appId, timeoutMs, nowMs = Date.now } = settings
  const sentences = createSentenceRecogniser(settings)
  if (appId === undefined) return streamed(sentences)

  const connect = (signal: AbortSignal | undefined) => {
    const about = { timestamp: Math.floor(nowMs() / 1_000), nonce: randomInt(1, 2 ** 31), voiceId: randomUUID() }
    return openVendorSocket({ url: tencentRecognitionUrl(settings, about), who, timeoutMs, signal })
  }
  const open: Recogniser['open'] = (_request, options) =>
    openDialogue({ who, connect, dialogue: createDialogue(), pace, timeoutMs, ...options })
  const byStream = recogniseByStream(open)

  return {
    ...sentences,
    capabilities: { ...sentences.capabilities, streaming: true, partials: true, longestMs: 120_000 },
    open,
    recognise: (utterance, options) =>
      utterance.samples.length > (longestSentenceMs * utterance.sampleRateHz) / 1_000
        ? byStream(utterance, options)
        : sentences.recognise(utterance, options),
  }
}

function createSentenceRecogniser(settings: TencentRecogniserSettings): UtteranceRecogniser {
  const { engine, timeoutMs } = settings
  const client = createTencentClient('asr', settings)

  async function recognise({ samples, sampleRateHz }: Pcm, { signal }: { signal: AbortSignal }): Promise<Recognition> {
    signal.throwIfAborted()
    const bytes = Buffer.from(toBytes(samples))
    const request = {
      EngSerViceType: engine,
      SourceType: 1,
      VoiceFormat: 'pcm',
      InputSampleRate: sampleRateHz === listenRateHz ? undefined : sampleRateHz,
      Data: bytes.toString('base64'),
      DataLen: bytes.length,
      WordInfo: 1,
      ConvertNumMode: 1,
    }
    try {
      const answer = SentenceAnswer.parse(await abortable(client['SentenceRecognition']!(request), signal))
      const words = (answer.WordList ?? []).map(({ Word, StartTime, EndTime }) => ({
        text: Word,
        startMs: StartTime,
        endMs: EndTime,
      }))
      return { text: answer.Result, ...(words.length > 0 && { words }) }
    } catch (error) {
      signal.throwIfAborted()
      throw fromTencentSdk(who, error, timeoutMs)
    }
  }

  return {
    name: 'tencent',
    capabilities: {
      streaming: false,
      partials: false,
      sampleRatesHz: [8_000, listenRateHz],
      languages: ['zh', 'en', 'yue', 'ja', 'ko'],
      opusIn: false,
      wordTimes: true,
      longestMs: longestSentenceMs,
    },
    recognise,
    check: () => undefined,
  }
}

/** Slices of one index replace each other; a slice of type 2 stands. */
function createDialogue(): RecognitionDialogue {
  type Slice = NonNullable<z.infer<typeof Message>['result']>
  const slices = new Map<number, Slice>()
  const all = () => [...slices.entries()].toSorted(([one], [other]) => one - other).map(([, slice]) => slice)
  const text = () =>
    all()
      .map(({ voice_text_str: said }) => said.trim())
      .join(' ')
      .trim()

  function readMessage(message: VendorMessage) {
    if (!('text' in message)) return undefined
    const read = Message.safeParse(JSON.parse(message.text))
    if (!read.success) throw new Problem('provider-failed', `${who} said what nobody understands`)
    if (read.data.code !== 0) throw toTencentProblem(who, read.data.code, read.data.message)
    return read.data
  }
  function read(message: VendorMessage): Understood {
    const said = readMessage(message)
    if (said?.result) slices.set(said.result.index, said.result)
    if (said?.final === 1) return { kind: 'done', heard: toRecognition() }
    return said?.result && text() !== '' ? { kind: 'partial', text: text() } : { kind: 'nothing' }
  }
  function toRecognition(): Recognition {
    const words = all().flatMap(({ word_list: own }) =>
      (own ?? []).map(({ word, start_time: startMs, end_time: endMs }) => ({ text: word, startMs, endMs })),
    )
    return { text: text(), ...(words.length > 0 && { words }) }
  }

  return {
    begin: async (_socket, next) => void readMessage(await next()),
    packet: toBytes,
    end: (rest) => [...(rest.length > 0 ? [toBytes(rest)] : []), JSON.stringify({ type: 'end' })],
    read,
  }
}
