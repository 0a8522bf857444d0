import { access, constants } from 'node:fs/promises'
import { createFramer } from '../../domain/framing.ts'
import { listenRateHz, type VoiceDetector } from '../../domain/ports.ts'
import { loadSherpa, toFloats } from './sherpa-module.ts'

export type SileroSettings = {
  /** The file `silero_vad.onnx`. */
  model: string
  /** How sure it has to be of voice, from 0 to 1. */
  threshold: number
  module?: string | undefined
}

/** What the model looks at at once. */
const modelWindow = 512

/**
 * Silero's voice activity detector through sherpa-onnx, as a factory: one per listening. Its own endpointing is set as short as it
 * goes, so that it says of each moment whether there is voice, and ours decides what that means.
 * @throws Error that says what is missing: the package, or the model's file
 */
export async function loadSileroDetectors({ model, threshold, module }: SileroSettings): Promise<() => VoiceDetector> {
  await access(model, constants.R_OK).catch((cause: unknown) => {
    throw new Error(`Silero needs its model, and ${model} cannot be read: download silero_vad.onnx (docs/speech.md)`, {
      cause,
    })
  })
  const { Vad } = await loadSherpa(module)
  const sileroVad = { model, threshold, minSilenceDuration: 0.03, minSpeechDuration: 0.03, windowSize: modelWindow }
  const config = { sileroVad, sampleRate: listenRateHz, numThreads: 1, provider: 'cpu', debug: 0 }
  const create = () => new Vad(config, 2)
  // A model that cannot be loaded is found out now, not in the first conversation.
  create()

  return () => {
    const vad = create()
    const framer = createFramer(modelWindow)
    return {
      hasVoice: (window) => {
        framer.push(window)
        for (let piece = framer.take(1); piece; piece = framer.take(1)) {
          vad.acceptWaveform(toFloats(piece))
          while (!vad.isEmpty()) vad.pop()
        }
        return vad.isDetected()
      },
      [Symbol.dispose]: () => undefined,
    }
  }
}
