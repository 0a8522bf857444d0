import { listenRateHz, type Sentence, type Synthesizer } from '../../domain/ports.ts'
import { toPcm } from '../pcm-bytes.ts'
import { speakOver, type SpeechDialogue } from '../websocket/speech-dialogue.ts'
import { createWarmSockets } from '../websocket/warm-socket.ts'
import { createNlsConnect } from './nls-connect.ts'
import { createNlsTask } from './nls-messages.ts'
import type { NlsToken } from './nls-token.ts'
import { aliyunVoices } from './voices.ts'

export type AliyunFlowingSettings = {
  /** `wss://nls-gateway-cn-beijing.aliyuncs.com/ws/v1`, or where something stands in for it. */
  url: string
  appKey: string
  token: NlsToken
  voice: string
  timeoutMs: number
}

const who = 'The speech synthesis aliyun'
const keepMs = 8_000
const sampleRateHz = listenRateHz

/** Aliyun's FlowingSpeechSynthesizer (CosyVoice): text in pieces, sound as it is made. */
export function createAliyunFlowingSynthesizer(settings: AliyunFlowingSettings): Synthesizer & Disposable {
  const { url, token, timeoutMs } = settings
  const connect = createNlsConnect({ url, token, timeoutMs, who })
  const sockets = createWarmSockets({ open: connect, keepMs })
  return {
    name: 'aliyun',
    capabilities: {
      streaming: true,
      languages: ['zh', 'en'],
      sampleRatesHz: [8_000, 16_000, 24_000],
      opusOut: false,
      speed: true,
      pitch: true,
      volume: true,
      longestText: 5_000,
    },
    synthesise: (sentence, { signal }) =>
      speakOver({
        who,
        take: sockets.take,
        dialogue: createDialogue(sentence, settings),
        toSound: (bytes) => toPcm(bytes, sampleRateHz),
        timeoutMs,
        signal,
      }),
    voices: async () => aliyunVoices,
    warm: sockets.warm,
    check: () => undefined,
    probe: async ({ signal }) => (await connect(signal))[Symbol.dispose](),
    [Symbol.dispose]: () => sockets[Symbol.dispose](),
  }
}

function createDialogue({ text, voice }: Sentence, settings: AliyunFlowingSettings): SpeechDialogue {
  const task = createNlsTask('FlowingSpeechSynthesizer', settings.appKey, who)
  return {
    begin: async (socket, next) => {
      socket.send(
        task.message('StartSynthesis', {
          ...toNlsVoice(voice, settings.voice),
          format: 'pcm',
          sample_rate: sampleRateHz,
        }),
      )
      for (let started = false; !started;) {
        const message = await next()
        started = 'text' in message && task.read(message.text).name === 'SynthesisStarted'
      }
      socket.send(task.message('RunSynthesis', { text }))
      socket.send(task.message('StopSynthesis'))
    },
    read: (message) => {
      if ('bytes' in message) return { kind: 'sound', bytes: message.bytes }
      return task.read(message.text).name === 'SynthesisCompleted' ? { kind: 'done' } : { kind: 'nothing' }
    },
  }
}

/** A voice in Aliyun's numbers: volume from 0 to 100, rates from −500 (half) to 500 (twice). */
export function toNlsVoice({ name, speed = 1, pitch = 1, volume = 1 }: Sentence['voice'], own: string) {
  const rate = (times: number) => Math.round(500 * Math.log2(times))
  return {
    voice: name ?? own,
    volume: Math.round(Math.min(100, 50 * volume)),
    speech_rate: rate(speed),
    pitch_rate: rate(pitch),
  }
}
