import { createVendorFetch } from '@parley/service-kit'
import { z } from 'zod'
import { recogniseByStream } from '../../domain/adapters.ts'
import { listenRateHz, type Pcm, type Recogniser, type Recognition, type Word } from '../../domain/ports.ts'
import { createLimit } from '../limit.ts'
import { toBytes } from '../pcm-bytes.ts'
import { openDialogue, type RecognitionDialogue, type Understood } from '../websocket/recognition-dialogue.ts'
import { toStatusProblem, type VendorMessage } from '../websocket/vendor-socket.ts'
import { createWarmSockets } from '../websocket/warm-socket.ts'
import { createNlsConnect } from './nls-connect.ts'
import { createNlsTask, toNlsProblem, type NlsTask } from './nls-messages.ts'
import type { NlsToken } from './nls-token.ts'

export type AliyunRecogniserSettings = {
  /** `wss://nls-gateway-cn-shanghai.aliyuncs.com/ws/v1` and `https://nls-gateway-cn-shanghai.aliyuncs.com`. */
  socketUrl: string
  restUrl: string
  appKey: string
  token: NlsToken
  timeoutMs: number
  fetch?: typeof fetch
}

const who = 'The speech recognition aliyun'
const keepMs = 8_000
/** The gateway wants speech at about the pace at which it is said. */
const pace = { packetMs: 100, mostSpeed: 2, headStartMs: 1_000 }
/** What the one-sentence interface takes. */
const longestMs = 60_000

const Sentence = z.object({
  result: z.string().default(''),
  confidence: z.number().optional(),
  words: z.array(z.object({ text: z.string(), startTime: z.number(), endTime: z.number() })).optional(),
})
type Sentence = z.infer<typeof Sentence>
const Answer = z.object({ status: z.number(), result: z.string().default(''), message: z.string().default('') })

/** Aliyun's recognition: live speech by SpeechTranscriber, finished utterances by the one-sentence REST interface. */
export function createAliyunRecogniser(settings: AliyunRecogniserSettings): Recogniser & Disposable {
  const { appKey, token, timeoutMs, fetch = createVendorFetch() } = settings
  const connect = createNlsConnect({ url: settings.socketUrl, token, timeoutMs, who })
  const sockets = createWarmSockets({ open: connect, keepMs })
  const open: Recogniser['open'] = (_request, options) =>
    openDialogue({ who, connect: sockets.take, dialogue: createDialogue(appKey), pace, timeoutMs, ...options })
  const byStream = recogniseByStream(open)

  async function recognise(utterance: Pcm, { signal }: { signal: AbortSignal }): Promise<Recognition> {
    if (utterance.samples.length > (longestMs * utterance.sampleRateHz) / 1_000) return byStream(utterance, { signal })
    using limit = createLimit(who, timeoutMs, signal)
    try {
      return await ask(utterance, limit.signal)
    } catch (error) {
      throw limit.toProblem(error)
    }
  }

  async function ask({ samples, sampleRateHz }: Pcm, signal: AbortSignal): Promise<Recognition> {
    const url = new URL('/stream/v1/asr', settings.restUrl)
    url.search = new URLSearchParams({
      appkey: appKey,
      format: 'pcm',
      sample_rate: String(sampleRateHz),
      enable_punctuation_prediction: 'true',
      enable_inverse_text_normalization: 'true',
    }).toString()
    const id = await token.read()
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'X-NLS-Token': id, 'content-type': 'application/octet-stream' },
      body: Buffer.from(toBytes(samples)),
      signal,
    })
    const answer = Answer.safeParse(await response.json().catch(() => undefined)).data
    if (!answer) throw toStatusProblem(response.status, who)
    if (answer.status === 40_000_001) token.forget(id)
    if (answer.status !== 20_000_000) throw toNlsProblem(who, answer.status, answer.message)
    return { text: answer.result }
  }

  return {
    name: 'aliyun',
    capabilities: {
      streaming: true,
      partials: true,
      sampleRatesHz: [8_000, listenRateHz],
      languages: ['zh', 'en', 'yue', 'ja', 'ko'],
      opusIn: false,
      wordTimes: true,
      longestMs: 120_000,
    },
    open,
    recognise,
    warm: sockets.warm,
    check: () => undefined,
    probe: async ({ signal }) => (await connect(signal))[Symbol.dispose](),
    [Symbol.dispose]: () => sockets[Symbol.dispose](),
  }
}

/** The gateway cuts what it hears into sentences; an utterance is all of them. */
function createDialogue(appKey: string): RecognitionDialogue {
  const task: NlsTask = createNlsTask('SpeechTranscriber', appKey, who)
  const sentences: Sentence[] = []

  function read(message: VendorMessage): Understood {
    if (!('text' in message)) return { kind: 'nothing' }
    const { name, payload } = task.read(message.text)
    if (name === 'TranscriptionResultChanged') {
      const text = join([...sentences, Sentence.parse(payload)])
      return text === '' ? { kind: 'nothing' } : { kind: 'partial', text }
    }
    if (name === 'SentenceEnd') sentences.push(Sentence.parse(payload))
    return name === 'TranscriptionCompleted' ? { kind: 'done', heard: toRecognition(sentences) } : { kind: 'nothing' }
  }

  return {
    begin: async (socket, next) => {
      socket.send(
        task.message('StartTranscription', {
          format: 'pcm',
          sample_rate: listenRateHz,
          enable_intermediate_result: true,
          enable_punctuation_prediction: true,
          enable_inverse_text_normalization: true,
          enable_words: true,
        }),
      )
      for (let started = false; !started;) {
        const message = await next()
        started = 'text' in message && task.read(message.text).name === 'TranscriptionStarted'
      }
    },
    packet: toBytes,
    end: (rest) => [...(rest.length > 0 ? [toBytes(rest)] : []), task.message('StopTranscription')],
    read,
  }
}

const join = (sentences: Sentence[]) =>
  sentences
    .map(({ result }) => result.trim())
    .join(' ')
    .trim()

function toRecognition(sentences: Sentence[]): Recognition {
  const sure = sentences.flatMap(({ confidence }) => confidence ?? [])
  const words = sentences.flatMap(({ words: own = [] }) =>
    own.map(({ text, startTime, endTime }): Word => ({ text, startMs: startTime, endMs: endTime })),
  )
  return {
    text: join(sentences),
    ...(sure.length > 0 && { confidence: Math.min(...sure) }),
    ...(words.length > 0 && { words }),
  }
}
