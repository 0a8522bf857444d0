import { Application, createDecoder, createEncoder, Signal } from 'libopus-wasm'

/** Mono 16-bit samples. */
export type Pcm = { samples: Int16Array; sampleRateHz: number }

type OpusRate = 8000 | 12000 | 16000 | 24000 | 48000

/** Opus packets of `frameMs` as a device's microphone makes them; the last one is padded with silence. */
export async function encodeSpeech({ samples, sampleRateHz }: Pcm, frameMs = 60): Promise<Uint8Array[]> {
  const frameSize = (sampleRateHz * frameMs) / 1_000
  using encoder = await createEncoder({
    sampleRate: sampleRateHz as OpusRate,
    channels: 1,
    application: Application.Voip,
    signal: Signal.Voice,
    bitrate: 24_000,
    complexity: 3,
    frameSize,
  })
  const packets: Uint8Array[] = []
  for (let at = 0; at < samples.length; at += frameSize) {
    const frame = new Int16Array(frameSize)
    frame.set(samples.subarray(at, at + frameSize))
    packets.push(encoder.encode(frame).slice())
  }
  return packets
}

export async function decodeSpeech(packets: Uint8Array[], sampleRateHz: OpusRate = 24_000): Promise<Pcm> {
  using decoder = await createDecoder({ sampleRate: sampleRateHz, channels: 1 })
  const frames = packets.map((packet) => decoder.decode(packet).slice())
  const samples = new Int16Array(frames.reduce((sum, frame) => sum + frame.length, 0))
  let at = 0
  for (const frame of frames) {
    samples.set(frame, at)
    at += frame.length
  }
  return { samples, sampleRateHz }
}

/** Root mean square of the samples, 0 to 32767: speech is in the thousands, silence below a hundred. */
export function loudness({ samples }: Pcm): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return Math.sqrt(sum / Math.max(1, samples.length))
}
