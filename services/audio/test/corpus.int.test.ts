import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { createEar } from '../src/domain/ear.ts'
import { windowMs } from '../src/domain/endpointing.ts'
import { joinSamples } from '../src/domain/recording.ts'
import { createResampler } from '../src/domain/resample.ts'
import { openEspeakSynthesizer } from '../src/providers/local/espeak-synthesizer.ts'
import { asPcm } from '../src/providers/opus/decode-sound.ts'
import { loadDetectors } from '../src/providers/voice-detectors.ts'
import { rootMeanSquare } from './speech.ts'

const rateHz = 16_000
const perMs = rateHz / 1_000
const snrDb = 20
const silenceMs = 400
const toleranceMs = 100
/** What of a recording is speech: what the noise does not cover. */
const speechRatio = 10 ** (-snrDb / 20)

const voices = ['en-us', 'en-us+f3', 'en-gb', 'cmn', 'de']
const sentences: Record<string, string[]> = {
  en: ['what time is it', 'the children are playing in the garden', 'set the volume to fifty'],
  cmn: ['今天天气怎么样', '请给我讲一个故事'],
  de: ['wie spät ist es jetzt', 'erzähl mir bitte einen Witz'],
}
const noises = ['pinknoise', 'whitenoise', 'brownnoise'] as const

type Clip = { name: string; samples: Int16Array }
let clips: Clip[]
const noise = new Map<string, Int16Array>()

beforeAll(async () => {
  const synthesizer = await openEspeakSynthesizer({ path: 'espeak-ng' })
  const say = async (voice: string, text: string): Promise<Clip> => {
    const sound = synthesizer.synthesise({ text, voice: { name: voice } }, { signal: AbortSignal.timeout(5_000) })
    const pieces = await Array.fromAsync(asPcm(sound))
    const resampler = createResampler(pieces[0]!.sampleRateHz, rateHz)
    const samples = joinSamples([...pieces.map((piece) => resampler.push(piece.samples)), resampler.flush()])
    return { name: `${voice}: ${text}`, samples: trim(samples) }
  }
  const wanted = voices.flatMap((voice) =>
    (sentences[voice.slice(0, 3)] ?? sentences[voice.slice(0, 2)]!).map((text) => [voice, text] as const),
  )
  clips = await Promise.all(wanted.map(([voice, text]) => say(voice, text)))
  for (const kind of noises) noise.set(kind, await makeNoise(kind))
}, 60_000)

/** Without the silence around it: where it begins and ends is the truth. */
function trim(samples: Int16Array): Int16Array {
  const frame = 10 * perMs
  const levels = Array.from({ length: Math.floor(samples.length / frame) }, (_, at) =>
    rootMeanSquare(samples.subarray(at * frame, (at + 1) * frame)),
  )
  const loud = rootMeanSquare(samples) * speechRatio
  return samples.slice(
    levels.findIndex((level) => level > loud) * frame,
    (levels.findLastIndex((level) => level > loud) + 1) * frame,
  )
}

async function makeNoise(kind: string): Promise<Int16Array> {
  const args = [
    '-R',
    '-n',
    '-r',
    String(rateHz),
    '-c',
    '1',
    '-b',
    '16',
    '-e',
    'signed-integer',
    '-t',
    'raw',
    '-',
    'synth',
    '8',
    kind,
  ]
  const { stdout } = await promisify(execFile)('sox', args, { encoding: 'buffer', maxBuffer: 2 ** 24 })
  return new Int16Array(Uint8Array.from(stdout).buffer)
}

/** Speech between silences, with noise over all of it so much below the speech. */
function mix(speech: Int16Array, kind: string, { leadMs = 1_000, tailMs = 1_200 } = {}): Int16Array {
  const background = noise.get(kind)!
  const scale = rootMeanSquare(speech) / 10 ** (snrDb / 20) / rootMeanSquare(background)
  const all = joinSamples([new Int16Array(leadMs * perMs), speech, new Int16Array(tailMs * perMs)])
  return all.map((sample, at) =>
    Math.max(-32_768, Math.min(32_767, sample + background[at % background.length]! * scale)),
  )
}

/** What the ear makes of a track: when speech began, when its end was known, and how often it ended. */
async function listen(track: Int16Array) {
  const create = await loadDetectors({
    vad: 'webrtc',
    vadAggressiveness: 2,
    sileroModel: undefined,
    sileroThreshold: 0.5,
  })
  using detector = create()
  let windows = 0
  const heard: { startMs?: number; endMs?: number } = {}
  const ear = createEar({ mode: 'auto', silenceMs, maxSpeechMs: 30_000 }, detector, {
    onChange: ({ phase }) => {
      if (phase === 'speaking') heard.startMs = ear.speech.startMs
      else if (phase === 'ended') heard.endMs = (windows + 1) * windowMs
    },
  })
  for (; (windows + 1) * windowMs * perMs <= track.length; windows++)
    ear.hear(track.slice(windows * windowMs * perMs, (windows + 1) * windowMs * perMs))
  return heard
}

describe.each(noises)(`at ${snrDb} dB over %s`, (kind) => {
  test('speech begins and ends where it does', async () => {
    const results = await Promise.all(
      clips.map(async ({ name, samples }) => {
        const { startMs = NaN, endMs = NaN } = await listen(mix(samples, kind))
        const truthEndMs = 1_000 + samples.length / perMs
        return { name, startOffMs: Math.round(startMs - 1_000), endOffMs: Math.round(endMs - truthEndMs - silenceMs) }
      }),
    )
    const off = (value: number) => !(Math.abs(value) <= toleranceMs)
    expect(results.filter(({ startOffMs, endOffMs }) => off(startOffMs) || off(endOffMs))).toEqual([])
  })

  test('a pause of 300 ms is no end', async () => {
    const pairs = clips.slice(1).map((clip, index) => [clips[index]!, clip] as const)
    const ended = await Promise.all(
      pairs.map(async ([one, other]) => {
        const speech = joinSamples([one.samples, new Int16Array(300 * perMs), other.samples])
        const { endMs = NaN } = await listen(mix(speech, kind))
        return endMs > 1_000 + speech.length / perMs ? [] : [`${one.name} / ${other.name}`]
      }),
    )
    expect(ended.flat()).toEqual([])
  })
})
