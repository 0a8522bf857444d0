import { randomUUID } from 'node:crypto'
import type { Sentence, Synthesizer } from '../../domain/ports.ts'
import { toOpusPackets } from '../../domain/ogg-packets.ts'
import { toPcm } from '../pcm-bytes.ts'
import { speakOver, type SpeechDialogue } from '../websocket/speech-dialogue.ts'
import { openVendorSocket, type VendorMessage, type VendorSocket } from '../websocket/vendor-socket.ts'
import { createWarmSockets } from '../websocket/warm-socket.ts'
import { decodeFrame, encodeFrame, events, flags, messageTypes, type HuoshanFrame } from './frame.ts'
import { huoshanHeaders, type HuoshanAccess } from './huoshan-access.ts'
import { readFailure, toHuoshanProblem } from './huoshan-problem.ts'
import { huoshanVoices } from './voices.ts'

export type HuoshanSynthesizerSettings = HuoshanAccess & {
  voice: string
  format: 'pcm' | 'ogg_opus'
  timeoutMs: number
}

const who = 'The speech synthesis huoshan'
const sampleRateHz = 24_000
const namespace = 'BidirectionalTTS'
/** The vendor ends idle connections after a minute or so. */
const keepMs = 45_000

/**
 * Volcengine's bidirectional synthesis (v3): one session a sentence, and the connection is used again for the next one. A connection
 * that waits has said StartConnection already.
 */
export function createHuoshanSynthesizer(settings: HuoshanSynthesizerSettings): Synthesizer & Disposable {
  const { timeoutMs, format } = settings
  const url = new URL('/api/v3/tts/bidirection', settings.url).href
  const connect = async (signal: AbortSignal | undefined) => {
    const socket = await openVendorSocket({ url, headers: huoshanHeaders(settings), who, timeoutMs, signal })
    socket.send(toFrame(events.startConnection, undefined, {}))
    return socket
  }
  const sockets = createWarmSockets({ open: connect, keepMs })
  const started = new WeakSet<VendorSocket>()

  return {
    name: 'huoshan',
    capabilities: {
      streaming: true,
      languages: ['zh', 'en', 'yue', 'ja'],
      sampleRatesHz: [8_000, 16_000, 24_000, 48_000],
      opusOut: format === 'ogg_opus',
      speed: true,
      pitch: true,
      volume: true,
      longestText: 5_000,
    },
    synthesise: (sentence, { signal }) =>
      speakOver({
        who,
        take: sockets.take,
        give: sockets.give,
        dialogue: createDialogue(sentence, settings, started),
        toSound: (bytes) => (format === 'pcm' ? toPcm(bytes, sampleRateHz) : toOpusPackets(bytes)),
        timeoutMs,
        signal,
      }),
    voices: async () => huoshanVoices,
    warm: sockets.warm,
    check: () => undefined,
    probe: async ({ signal }) => (await connect(signal))[Symbol.dispose](),
    [Symbol.dispose]: () => sockets[Symbol.dispose](),
  }
}

function createDialogue(
  { text, voice }: Sentence,
  settings: HuoshanSynthesizerSettings,
  started: WeakSet<VendorSocket>,
): SpeechDialogue {
  const sessionId = randomUUID()
  return {
    begin: async (socket, next) => {
      if (!started.has(socket)) {
        await expectEvent(next, events.connectionStarted)
        started.add(socket)
      }
      socket.send(toFrame(events.startSession, sessionId, sessionOf(settings, voice)))
      await expectEvent(next, events.sessionStarted)
      socket.send(
        toFrame(events.taskRequest, sessionId, { event: events.taskRequest, namespace, req_params: { text } }),
      )
      socket.send(toFrame(events.finishSession, sessionId, {}))
    },
    read: (message) => {
      const frame = readFrame(message)
      if (frame?.sessionId !== undefined && frame.sessionId !== sessionId) return { kind: 'nothing' }
      if (frame?.event === events.ttsResponse) return { kind: 'sound', bytes: frame.payload }
      return frame?.event === events.sessionFinished ? { kind: 'done' } : { kind: 'nothing' }
    },
  }
}

function sessionOf({ voice: own, format }: HuoshanSynthesizerSettings, voice: Sentence['voice']) {
  const { speed, volume, pitch } = voice
  // −50 is half, 0 the voice's own, 100 twice; pitch is in semitones.
  const rate = (times: number) => Math.round(Math.max(-50, Math.min(100, (times - 1) * 100)))
  return {
    user: { uid: randomUUID() },
    event: events.startSession,
    namespace,
    req_params: {
      speaker: voice.name ?? own,
      audio_params: {
        format,
        sample_rate: sampleRateHz,
        ...(speed !== undefined && { speech_rate: rate(speed) }),
        ...(volume !== undefined && { loudness_rate: rate(volume) }),
      },
      ...(pitch !== undefined && {
        additions: JSON.stringify({ post_process: { pitch: Math.round(Math.log2(pitch) * 12) } }),
      }),
    },
  }
}

function toFrame(event: number, sessionId: string | undefined, payload: object): Uint8Array {
  const bytes = Buffer.from(JSON.stringify(payload))
  return encodeFrame({
    type: messageTypes.clientRequest,
    flags: flags.event,
    json: true,
    gzip: false,
    event,
    sessionId,
    payload: bytes,
  })
}

async function expectEvent(next: () => Promise<VendorMessage>, event: number): Promise<void> {
  while (readFrame(await next())?.event !== event);
}

/** @throws Problem for what says that something failed */
function readFrame(message: VendorMessage): HuoshanFrame | undefined {
  if (!('bytes' in message)) return undefined
  const frame = decodeFrame(message.bytes)
  const failed =
    frame.type === messageTypes.error ||
    frame.event === events.connectionFailed ||
    frame.event === events.sessionFailed ||
    frame.event === events.sessionCanceled
  if (failed) throw failure(frame)
  if (frame.event !== events.sessionFinished) return frame
  const { code } = readFailure(frame)
  if (code !== 0 && code !== 20_000_000) throw failure(frame)
  return frame
}

function failure(frame: HuoshanFrame) {
  const { code, message } = readFailure(frame)
  return toHuoshanProblem(who, code, message)
}
