import { createDecoder, createEncoder, Application, Signal } from 'libopus-wasm'
import { createPacketDecoder, loadVoiceDetectors } from '@parley/audio/codecs'
import { makeUtterance, frameMs } from '../voice-turn/speech.ts'
import { median, round } from '../measure/statistics.ts'

/** What one frame of 60 ms costs, in microseconds, without anything around it. */
export type BareCalls = { decodeUs: number; vadUs: number; encodeUs: number; concealUs: number; sumUs: number }

const rounds = 7
const windowSamples = 480
export const encoderSettings = { sampleRate: 24_000, bitrate: 32_000, complexity: 4 } as const

/**
 * Times the codec calls that a talking device needs: decode at 16 kHz and voice activity for what it says, encode at 24 kHz for
 * what it is told; on speech, in one thread, the median of rounds.
 */
export async function timeBareCalls(): Promise<BareCalls> {
  const { speech } = await makeUtterance(6_000)
  using decoder = await createPacketDecoder()
  const frames = speech.map((packet) => decoder.decode(packet))
  const createDetector = await loadVoiceDetectors(2)
  using detector = createDetector()
  const frameSize = (encoderSettings.sampleRate * frameMs) / 1_000
  const voice = (await decodeAt(speech, encoderSettings.sampleRate)).map((samples) => samples.subarray(0, frameSize))
  using encoder = await createEncoder({
    ...encoderSettings,
    channels: 1,
    frameSize,
    application: Application.Audio,
    signal: Signal.Auto,
  })
  const decodeUs = time(speech, (packet) => void decoder.decode(packet))
  const concealUs = time(speech, () => void decoder.conceal(frameMs))
  const vadUs = time(frames, (samples) => {
    for (let at = 0; at < samples.length; at += windowSamples)
      detector.hasVoice(samples.subarray(at, at + windowSamples))
  })
  const encodeUs = time(voice, (samples) => void encoder.encode(samples))
  return { decodeUs, vadUs, encodeUs, concealUs, sumUs: round(decodeUs + vadUs + encodeUs) }
}

async function decodeAt(packets: Uint8Array[], sampleRate: 24_000): Promise<Int16Array[]> {
  using decoder = await createDecoder({ sampleRate, channels: 1 })
  return packets.map((packet) => decoder.decode(packet))
}

function time<Item>(items: readonly Item[], work: (item: Item) => void): number {
  const one = () => {
    const startedAt = performance.now()
    for (const item of items) work(item)
    return ((performance.now() - startedAt) * 1_000) / items.length
  }
  // The first rounds run on code that is not compiled yet.
  for (let index = 0; index < 3; index++) one()
  return round(median(Array.from({ length: rounds }, one)))
}
