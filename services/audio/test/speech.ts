import { createDecoder, createEncoder } from 'libopus-wasm'
import type { Pcm } from '../src/domain/ports.ts'
import { createResampler } from '../src/domain/resample.ts'
import { joinSamples } from '../src/domain/recording.ts'
import { asPcm } from '../src/providers/opus/decode-sound.ts'
import { openEspeakSynthesizer } from '../src/providers/local/espeak-synthesizer.ts'

const frame = 960
const spoken = new Map<string, Promise<Int16Array>>()

/** A sentence at 16 kHz, as espeak-ng says it; made once a run. */
export async function saySentence(text: string): Promise<Pcm> {
  const samples = spoken.get(text) ?? synthesise(text)
  spoken.set(text, samples)
  return { samples: await samples, sampleRateHz: 16_000 }
}

async function synthesise(text: string): Promise<Int16Array> {
  const synthesizer = await openEspeakSynthesizer({ path: 'espeak-ng' })
  const pieces = await Array.fromAsync(
    asPcm(synthesizer.synthesise({ text, voice: {} }, { signal: AbortSignal.timeout(5_000) })),
  )
  const resampler = createResampler(pieces[0]!.sampleRateHz, 16_000)
  return joinSamples([...pieces.map(({ samples }) => resampler.push(samples)), resampler.flush()])
}

/** What a device sends: 60 ms at 16 kHz, DTX on. Silence around the sentence as wanted. */
export async function toDevicePackets(
  samples: Int16Array,
  { leadMs = 120, tailMs = 240 }: { leadMs?: number; tailMs?: number } = {},
): Promise<Uint8Array[]> {
  const all = joinSamples([new Int16Array(leadMs * 16), samples, new Int16Array(tailMs * 16)])
  using encoder = await createEncoder({ sampleRate: 16_000, channels: 1, frameSize: frame, complexity: 0, dtx: true })
  return Array.from({ length: Math.floor(all.length / frame) }, (_, index) =>
    encoder.encode(all.subarray(index * frame, (index + 1) * frame)),
  )
}

/** Decodes packets to 16 kHz. */
export async function decodePackets(packets: Uint8Array[]): Promise<Int16Array> {
  using decoder = await createDecoder({ sampleRate: 16_000, channels: 1 })
  return joinSamples(packets.map((packet) => decoder.decode(packet)))
}

export function rootMeanSquare(samples: Int16Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length)
}
