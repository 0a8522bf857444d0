/// <reference path="./fvad-wasm.d.ts" />
import load from '@echogarden/fvad-wasm'
import { windowMs } from '../../domain/endpointing.ts'
import { listenRateHz, type VoiceDetector } from '../../domain/ports.ts'

const windowSamples = (listenRateHz * windowMs) / 1_000

/** libfvad holds on for two windows of 30 ms and more (its `kOverHangMax`), the longer the more it was told to take for voice. */
const overhangMs = 60

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
    const trail = createTrail()
    return {
      overhangMs,
      hasVoice: (samples) => {
        fvad.HEAP16.set(samples.subarray(0, windowSamples), window / 2)
        return trail(fvad._fvad_process(handle, window, windowSamples) === 1, samples)
      },
      [Symbol.dispose]: () => fvad._fvad_free(handle),
    }
  }
}

/** So long after a voice, sound that is louder than the room still belongs to it. */
const trailWindows = 8
/** 3 dB in amplitude: what is as loud as the room, on top of it. */
const louder = 1.4
/** How fast the idea of the room's loudness follows it, and at first, while there is none. */
const follow = 0.05
const firstFollow = 0.5
const firstWindows = 10
/** A voice is more than a click. */
const leastVoice = 4

/** The ends of words that have no voice (an `s`, a `t`), which libfvad takes for noise, told by their loudness. */
function createTrail(): (hasVoice: boolean, samples: Int16Array) => boolean {
  let floor = 0
  let quiet = 0
  let voiced = 0
  let since = 0
  return (hasVoice, samples) => {
    if (hasVoice) {
      voiced++
      since = 0
      return true
    }
    const level = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
    since++
    if (voiced >= leastVoice && since <= trailWindows && quiet > 0 && level > floor * louder) return true
    if (since > trailWindows) voiced = 0
    quiet++
    floor += (level - floor) * (quiet <= firstWindows ? firstFollow : follow)
    return false
  }
}
