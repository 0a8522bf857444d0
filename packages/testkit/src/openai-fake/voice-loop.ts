import { encodeSpeech, type Pcm } from '../device/opus.ts'
import { speak } from '../device/speech.ts'
import { resample } from '../device/wav.ts'

export const sampleRateHz = 24_000
const samplesPerMs = sampleRateHz / 1_000
const bytesPerMs = samplesPerMs * 2
const words =
  'The rain in the mountains had stopped before the morning came, and everybody went outside to look at the river.'

/** Speech without an end: one recording over and over. Making sound costs nothing but the writing of it. */
export type VoiceLoop = {
  /** 24 kHz, 16-bit, mono. A part of a shared buffer: not to be written to. */
  pcm: (fromMs: number, toMs: number) => Buffer
  /** At least the first `durationMs` as Opus packets of 20 ms. */
  packets: (durationMs: number) => Promise<Uint8Array[]>
}

/** Longest piece that `pcm` gives at once. */
export const longestPieceMs = 10_000
export const packetMs = 20

let loop: Promise<VoiceLoop> | undefined

/** The recording is made once per process: by espeak-ng, or a hum with the rhythm of syllables where that is missing. */
export function openVoiceLoop(): Promise<VoiceLoop> {
  return (loop ??= record())
}

async function record(): Promise<VoiceLoop> {
  const sound = await speak(words).then(
    (spoken) => withoutSilence(resample(spoken, sampleRateHz)),
    () => hum(),
  )
  const one = Buffer.from(sound.buffer, sound.byteOffset, sound.byteLength)
  const lengthMs = Math.floor(one.length / bytesPerMs)
  const whole = one.subarray(0, lengthMs * bytesPerMs)
  const repeated = Buffer.concat(Array.from({ length: Math.ceil(longestPieceMs / lengthMs) + 1 }, () => whole))
  let encoded: Promise<Uint8Array[]> | undefined

  const pcm = (fromMs: number, toMs: number) => {
    const start = Math.round(fromMs % lengthMs) * bytesPerMs
    return repeated.subarray(start, start + Math.round(toMs - fromMs) * bytesPerMs)
  }
  return {
    pcm,
    packets: async (durationMs) => {
      const packets = await (encoded ??= encodeSpeech(
        { samples: sound.subarray(0, lengthMs * samplesPerMs), sampleRateHz },
        packetMs,
      ))
      return Array.from(
        { length: Math.ceil(durationMs / packetMs) },
        (_, index) => packets[index % packets.length] as Uint8Array,
      )
    },
  }
}

const audible = 300

function withoutSilence({ samples }: Pcm): Int16Array {
  const first = samples.findIndex((sample) => Math.abs(sample) > audible)
  const last = samples.findLastIndex((sample) => Math.abs(sample) > audible)
  return samples.slice(Math.max(0, first), last + 1)
}

/** Harmonics of a low voice under the formants of an "a", four syllables a second. */
function hum(): Int16Array {
  const samples = new Int16Array(sampleRateHz * 3)
  const harmonics = Array.from({ length: 25 }, (_, index) => {
    const hz = (index + 1) * 120
    return {
      hz,
      level: [700, 1_200, 2_600].reduce((sum, formant) => sum + 1 / (1 + ((hz - formant) / 120) ** 2), 0.02),
    }
  })
  for (let index = 0; index < samples.length; index++) {
    const t = index / sampleRateHz
    const syllable = 0.25 + 0.75 * Math.sin(Math.PI * 4 * t) ** 2
    const sum = harmonics.reduce((total, { hz, level }) => total + level * Math.sin(2 * Math.PI * hz * t), 0)
    samples[index] = 3_500 * syllable * sum
  }
  return samples
}
