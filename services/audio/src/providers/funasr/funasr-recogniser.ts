import { Problem } from '@parley/contracts'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { recogniseByStream } from '../../domain/adapters.ts'
import { listenRateHz, type Recogniser, type RecognitionRequest } from '../../domain/ports.ts'
import { toBytes } from '../pcm-bytes.ts'
import { openDialogue, type RecognitionDialogue, type Understood } from '../websocket/recognition-dialogue.ts'
import { openVendorSocket, type VendorMessage } from '../websocket/vendor-socket.ts'
import { createWarmSockets } from '../websocket/warm-socket.ts'

export type FunasrSettings = {
  /** Such as `ws://127.0.0.1:10095`. */
  url: string
  /** `offline`: the words after the end; `online`: as it is said; `2pass`: as it is said, and better ones after each sentence. */
  mode: 'offline' | 'online' | '2pass'
  hotwords: Record<string, number>
  timeoutMs: number
}

const who = 'The speech recognition funasr'
const keepMs = 30_000
const pace = { packetMs: 60, mostSpeed: 20, headStartMs: 5_000 }

const Message = z.object({
  mode: z.string().optional(),
  text: z.string().default(''),
  is_final: z.boolean().optional(),
})

/** A FunASR server (the runtime's WebSocket protocol): one utterance a connection. */
export function createFunasrRecogniser(settings: FunasrSettings): Recogniser & Disposable {
  const { url, mode, timeoutMs } = settings
  const connect = (signal: AbortSignal | undefined) => openVendorSocket({ url, who, timeoutMs, signal })
  const sockets = createWarmSockets({ open: connect, keepMs })
  const open: Recogniser['open'] = (request, options) =>
    openDialogue({
      who,
      connect: sockets.take,
      dialogue: createDialogue(settings, request),
      pace,
      timeoutMs,
      ...options,
    })

  return {
    name: 'funasr',
    capabilities: {
      streaming: true,
      partials: mode !== 'offline',
      sampleRatesHz: [listenRateHz],
      languages: 'any',
      opusIn: false,
      wordTimes: false,
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

/**
 * What is heard comes as pieces (`online`) and, sentence by sentence, again and better (`offline`). The last message after the end
 * has the last sentence: the C++ server marks it `is_final`, the Python server marks what comes while somebody speaks so,
 * and then what counts is that nothing follows.
 */
function createDialogue({ mode, hotwords }: FunasrSettings, { language }: RecognitionRequest): RecognitionDialogue {
  const sentences: string[] = []
  let piece = ''
  let ended = false
  let marked = false
  const closing = mode === 'online' ? 'online' : 'offline'
  const text = () => [...sentences, piece].join('').trim()

  function read(message: VendorMessage): Understood {
    if (!('text' in message)) return { kind: 'nothing' }
    const said = Message.safeParse(JSON.parse(message.text))
    if (!said.success) throw new Problem('provider-failed', `${who} said what nobody understands`)
    const { text: words, mode: kind = mode, is_final: last } = said.data
    if (kind.endsWith('offline')) {
      sentences.push(words)
      piece = ''
    } else piece += words
    // What is not the last tells what the mark means to this server.
    if (!ended) marked = last === false
    if (ended && kind.endsWith(closing)) return { kind: marked && last ? 'done' : 'perhaps', heard: { text: text() } }
    return text() === '' ? { kind: 'nothing' } : { kind: 'partial', text: text() }
  }

  return {
    begin: async (socket) =>
      socket.send(
        JSON.stringify({
          mode,
          chunk_size: [5, 10, 5],
          chunk_interval: 10,
          wav_name: randomUUID(),
          wav_format: 'pcm',
          audio_fs: listenRateHz,
          is_speaking: true,
          itn: true,
          ...(language !== undefined && { svs_lang: language.split('-', 1)[0] }),
          ...(Object.keys(hotwords).length > 0 && { hotwords: JSON.stringify(hotwords) }),
        }),
      ),
    packet: toBytes,
    end: (rest) => {
      ended = true
      return [...(rest.length > 0 ? [toBytes(rest)] : []), JSON.stringify({ is_speaking: false })]
    },
    read,
  }
}
