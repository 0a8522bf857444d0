import { Problem } from '@parley/contracts'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { recogniseByStream } from '../../domain/adapters.ts'
import { listenRateHz, type Recogniser, type Recognition } from '../../domain/ports.ts'
import { toBytes } from '../pcm-bytes.ts'
import { openDialogue, type RecognitionDialogue, type Understood } from '../websocket/recognition-dialogue.ts'
import { openVendorSocket, type VendorMessage } from '../websocket/vendor-socket.ts'
import { createWarmSockets } from '../websocket/warm-socket.ts'
import { decodeFrame, encodeFrame, flags, messageTypes } from './frame.ts'
import { huoshanHeaders, type HuoshanAccess } from './huoshan-access.ts'
import { parse, readFailure, silenceCodes, toHuoshanProblem } from './huoshan-problem.ts'

export type HuoshanRecogniserSettings = HuoshanAccess & {
  /** `volc.bigasr.sauc.duration`, `volc.seedasr.sauc.duration`, or their `.concurrent` kinds. */
  resourceId: string
  timeoutMs: number
}

const who = 'The speech recognition huoshan'
/** The vendor gives up on a connection without audio; one that waited longer is opened anew. */
const keepMs = 5_000
const pace = { packetMs: 200, mostSpeed: 4, headStartMs: 1_000 }

const Reply = z.object({
  result: z
    .object({
      text: z.string().default(''),
      utterances: z
        .array(
          z.object({
            definite: z.boolean().optional(),
            words: z.array(z.object({ text: z.string(), start_time: z.number(), end_time: z.number() })).optional(),
          }),
        )
        .optional(),
    })
    .optional(),
})

/** Volcengine's streaming recognition with its large model ("sauc", `bigmodel_async`: an answer whenever something changed). */
export function createHuoshanRecogniser(settings: HuoshanRecogniserSettings): Recogniser & Disposable {
  const url = new URL('/api/v3/sauc/bigmodel_async', settings.url).href
  const connect = (signal: AbortSignal | undefined) =>
    openVendorSocket({ url, headers: huoshanHeaders(settings), who, timeoutMs: settings.timeoutMs, signal })
  const sockets = createWarmSockets({ open: connect, keepMs })

  const open: Recogniser['open'] = (_request, options) =>
    openDialogue({
      who,
      connect: sockets.take,
      dialogue: createDialogue(),
      pace,
      timeoutMs: settings.timeoutMs,
      ...options,
    })

  return {
    name: 'huoshan',
    capabilities: {
      streaming: true,
      partials: true,
      sampleRatesHz: [listenRateHz],
      languages: ['zh', 'en', 'yue'],
      opusIn: false,
      wordTimes: true,
      longestMs: 120_000,
    },
    open,
    recognise: recogniseByStream(open),
    warm: sockets.warm,
    check: () => undefined,
    probe: async ({ signal }) => (await connect(signal))[Symbol.dispose](),
    [Symbol.dispose]: () => sockets[Symbol.dispose](),
  }
}

/** Sequence numbers go with every frame, from 1 on; the last one is negative. */
function createDialogue(): RecognitionDialogue {
  let sequence = 1
  const audio = (samples: Int16Array, last: boolean) =>
    encodeFrame({
      type: messageTypes.clientAudio,
      flags: last ? flags.lastSequence : flags.sequence,
      json: false,
      gzip: true,
      sequence: last ? -++sequence : ++sequence,
      payload: toBytes(samples),
    })
  return {
    begin: async (socket) => {
      const payload = Buffer.from(JSON.stringify(fullRequest()))
      socket.send(
        encodeFrame({
          type: messageTypes.clientRequest,
          flags: flags.sequence,
          json: true,
          gzip: true,
          sequence,
          payload,
        }),
      )
    },
    packet: (samples) => audio(samples, false),
    end: (rest) => [audio(rest, true)],
    read,
  }
}

function fullRequest() {
  return {
    user: { uid: randomUUID() },
    audio: { format: 'pcm', codec: 'raw', rate: listenRateHz, bits: 16, channel: 1 },
    request: {
      model_name: 'bigmodel',
      enable_itn: true,
      enable_punc: true,
      enable_ddc: false,
      show_utterances: true,
      result_type: 'full',
    },
  }
}

function read(message: VendorMessage): Understood {
  if (!('bytes' in message)) return { kind: 'nothing' }
  const frame = decodeFrame(message.bytes)
  if (frame.type === messageTypes.error) {
    const { code, message: text } = readFailure(frame)
    if (silenceCodes.has(code)) return { kind: 'done', heard: { text: '' } }
    throw toHuoshanProblem(who, code, text)
  }
  if (frame.type !== messageTypes.serverResponse) return { kind: 'nothing' }
  const reply = Reply.safeParse(parse(Buffer.from(frame.payload).toString()))
  if (!reply.success)
    throw new Problem('provider-failed', `${who} said what nobody understands`, { cause: reply.error })
  const last = frame.flags === flags.lastSequence || frame.flags === flags.last
  const text = reply.data.result?.text ?? ''
  if (!last) return text === '' ? { kind: 'nothing' } : { kind: 'partial', text }
  return { kind: 'done', heard: toRecognition(text, reply.data) }
}

function toRecognition(text: string, { result }: z.infer<typeof Reply>): Recognition {
  const words = (result?.utterances ?? []).flatMap(({ words: own = [] }) => own)
  if (words.length === 0) return { text }
  const toWord = ({ text: word, start_time: startMs, end_time: endMs }: (typeof words)[number]) => ({
    text: word,
    startMs,
    endMs,
  })
  return { text, words: words.map(toWord) }
}
