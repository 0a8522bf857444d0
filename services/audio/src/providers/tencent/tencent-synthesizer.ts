import { Problem } from '@parley/contracts'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { abortable } from '../../domain/abortable.ts'
import { listenRateHz, type Pcm, type Sentence, type Synthesizer } from '../../domain/ports.ts'
import { splitText } from '../../domain/split-text.ts'
import { toPcm } from '../pcm-bytes.ts'
import { speakOver, type SpeechDialogue } from '../websocket/speech-dialogue.ts'
import { openVendorSocket, type VendorMessage } from '../websocket/vendor-socket.ts'
import { signTencentUrl } from './sign.ts'
import { fromTencentSdk, toTencentProblem } from './tencent-problem.ts'
import { createTencentClient, type TencentAccess } from './tencent-sdk.ts'
import { tencentVoices } from './voices.ts'

export type TencentSynthesizerSettings = TencentAccess & {
  /** Of the account; without it sentences come whole, by TextToVoice. */
  appId: string | undefined
  /** `wss://tts.cloud.tencent.com`, or where something stands in for it. */
  socketUrl: string
  /** The number of a voice. */
  voice: string
  nowMs?: () => number
}

const who = 'The speech synthesis tencent'
const host = 'tts.cloud.tencent.com'
const path = '/stream_wsv2'
const signedForS = 3_600
const sampleRateHz = listenRateHz
/** What TextToVoice takes at once. */
const mostWhole = 150

const Message = z.object({
  code: z.number(),
  message: z.string().default(''),
  ready: z.number().optional(),
  final: z.number().optional(),
})
const WholeAnswer = z.object({ Audio: z.string() })

/** Tencent's synthesis: streamed over a WebSocket, or whole sentences by TextToVoice where there is no app id. */
export function createTencentSynthesizer(settings: TencentSynthesizerSettings): Synthesizer {
  const common = {
    name: 'tencent',
    voices: async () => tencentVoices,
    check: () => undefined,
  }
  const capabilities = {
    languages: ['zh', 'en'],
    sampleRatesHz: [8_000, 16_000, 24_000],
    opusOut: false,
    speed: true,
    pitch: false,
    volume: true,
    longestText: 5_000,
  }
  if (settings.appId === undefined) {
    return { ...common, capabilities: { ...capabilities, streaming: false }, synthesise: createWhole(settings) }
  }
  return {
    ...common,
    capabilities: { ...capabilities, streaming: true },
    synthesise: (sentence, { signal }) => {
      const sessionId = randomUUID()
      const timestamp = Math.floor((settings.nowMs ?? Date.now)() / 1_000)
      const url = tencentSynthesisUrl(settings, { sessionId, timestamp, voice: sentence.voice })
      return speakOver({
        who,
        take: (own) => openVendorSocket({ url, who, timeoutMs: settings.timeoutMs, signal: own }),
        dialogue: createDialogue(sentence.text, sessionId),
        toSound: (bytes) => toPcm(bytes, sampleRateHz),
        timeoutMs: settings.timeoutMs,
        signal,
      })
    },
  }
}

/** The address of one session. */
export function tencentSynthesisUrl(
  { appId, secretId, secretKey, socketUrl, voice: own }: TencentSynthesizerSettings,
  { sessionId, timestamp, voice }: { sessionId: string; timestamp: number; voice: Sentence['voice'] },
): string {
  return signTencentUrl({
    origin: socketUrl,
    host,
    path,
    secretKey,
    method: 'GET',
    parameters: {
      Action: 'TextToStreamAudioWSv2',
      AppId: Number(appId),
      SecretId: secretId,
      ModelType: 1,
      VoiceType: voiceType(voice, own),
      Codec: 'pcm',
      SampleRate: sampleRateHz,
      Speed: toSpeed(voice.speed),
      Volume: toVolume(voice.volume),
      SessionId: sessionId,
      EnableSubtitle: 0,
      Timestamp: timestamp,
      Expired: timestamp + signedForS,
    },
  })
}

/** Voices are numbers; another provider's name is none. */
const voiceType = ({ name }: Sentence['voice'], own: string) => Number(/^\d+$/.test(name ?? '') ? name : own)
/** −2 is 0.6 times, 0 the voice's own, 2 is 1.5 times, 6 is 2.5 times. */
function toSpeed(speed = 1): number {
  const exact = speed <= 1 ? (speed - 1) / 0.2 : speed <= 1.5 ? (speed - 1) / 0.25 : 2 + (speed - 1.5) / 0.25
  return Math.round(Math.max(-2, Math.min(6, exact)) * 100) / 100
}
const toVolume = (volume = 1) => Math.round(Math.max(-10, Math.min(10, (volume - 1) * 10)))

function createDialogue(text: string, sessionId: string): SpeechDialogue {
  const say = (action: string, data: string) =>
    JSON.stringify({ session_id: sessionId, message_id: randomUUID(), action, data })
  return {
    begin: async (socket, next) => {
      for (let ready = false; !ready;) {
        const message = await next()
        ready = 'text' in message && readMessage(message).ready === 1
      }
      socket.send(say('ACTION_SYNTHESIS', text))
      socket.send(say('ACTION_COMPLETE', ''))
    },
    read: (message) => {
      if ('bytes' in message) return { kind: 'sound', bytes: message.bytes }
      return readMessage(message).final === 1 ? { kind: 'done' } : { kind: 'nothing' }
    },
  }
}

function readMessage(message: VendorMessage & { text: string }): z.infer<typeof Message> {
  const read = Message.safeParse(JSON.parse(message.text))
  if (!read.success) throw new Problem('provider-failed', `${who} said what nobody understands`)
  if (read.data.code !== 0) throw toTencentProblem(who, read.data.code, read.data.message)
  return read.data
}

function createWhole(settings: TencentSynthesizerSettings): Synthesizer['synthesise'] {
  const client = createTencentClient('tts', settings)

  async function ask(text: string, voice: Sentence['voice'], signal: AbortSignal): Promise<Uint8Array> {
    const request = {
      Text: text,
      SessionId: randomUUID(),
      ModelType: 1,
      VoiceType: voiceType(voice, settings.voice),
      SampleRate: sampleRateHz,
      Codec: 'pcm',
      Speed: toSpeed(voice.speed),
      Volume: toVolume(voice.volume),
    }
    try {
      const answer = WholeAnswer.parse(await abortable(client['TextToVoice']!(request), signal))
      return Buffer.from(answer.Audio, 'base64')
    } catch (error) {
      signal.throwIfAborted()
      throw fromTencentSdk(who, error, settings.timeoutMs)
    }
  }

  return async function* ({ text, voice }, { signal }): AsyncGenerator<Pcm, void, undefined> {
    signal.throwIfAborted()
    for (const piece of splitText(text, mostWhole)) {
      const bytes = await ask(piece, voice, signal)
      const samples = new Int16Array(bytes.length >> 1)
      new Uint8Array(samples.buffer).set(bytes.subarray(0, samples.byteLength))
      yield { samples, sampleRateHz }
    }
  }
}
