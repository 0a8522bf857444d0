/// <reference path="./fvad-wasm.d.ts" />
import load from '@echogarden/fvad-wasm'
import { windowMs } from '../../domain/endpointing.ts'
import { listenRateHz, type VoiceDetector } from '../../domain/ports.ts'

const windowSamples = (listenRateHz * windowMs) / 1_000

/**
 * The voice activity detector of WebRTC as a factory: one per listening, since it learns the noise around it.
 * @param aggressiveness 0 takes nearly everything for voice, 3 hardly anything.
 */
export async function loadVoiceDetectors(aggressiveness: number): Promise<() => VoiceDetector> {
  const fvad = await load()
  const window = fvad._malloc(windowSamples * 2)

  return () => {
    const handle = fvad._fvad_new()
    if (handle === 0) throw new Error('There is no memory for a voice detector')
    fvad._fvad_set_sample_rate(handle, listenRateHz)
    fvad._fvad_set_mode(handle, aggressiveness)
    return {
      hasVoice: (samples) => {
        fvad.HEAP16.set(samples.subarray(0, windowSamples), window / 2)
        return fvad._fvad_process(handle, window, windowSamples) === 1
      },
      [Symbol.dispose]: () => fvad._fvad_free(handle),
    }
  }
}
