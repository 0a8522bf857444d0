import { createMp3Encoder } from 'wasm-media-encoders'
import { toFloats } from '../sherpa/sherpa-module.ts'

/** Enough for speech, and what podcasts use. */
const bitrate = 64

/** LAME as WebAssembly; one a file. What it gives is only good until the next call: it is copied. */
export async function openMp3Encoder(sampleRateHz: 24_000) {
  const encoder = await createMp3Encoder()
  encoder.configure({ sampleRate: sampleRateHz, channels: 1, bitrate })
  return {
    encode: (samples: Int16Array): Uint8Array => encoder.encode([toFloats(samples)]).slice(),
    end: (): Uint8Array => encoder.finalize().slice(),
  }
}
