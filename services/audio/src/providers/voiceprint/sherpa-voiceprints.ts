import { access, constants } from 'node:fs/promises'
import { abortable } from '../../domain/abortable.ts'
import { listenRateHz } from '../../domain/ports.ts'
import { likeness, type VoiceprintEngine } from '../../domain/voiceprints.ts'
import { toFloats } from '../sherpa/sherpa-module.ts'
import { startSherpaThread } from '../sherpa/sherpa-thread.ts'

export type SherpaVoiceprintSettings = {
  /** A speaker embedding model (`.onnx`), such as 3D-Speaker's CAM++. */
  model: string
  threshold: number
  module?: string | undefined
}

/** Voices told apart on this machine, by the embedding of a model of sherpa-onnx. @throws Error that says what is missing */
export async function openSherpaVoiceprints(
  settings: SherpaVoiceprintSettings,
): Promise<VoiceprintEngine & AsyncDisposable> {
  const { model, threshold, module } = settings
  await access(model, constants.R_OK).catch((cause: unknown) => {
    throw new Error(`Voiceprints need their model, and ${model} cannot be read (docs/speech.md)`, { cause })
  })
  const config = { model, numThreads: 1, provider: 'cpu', debug: false }
  const thread = await startSherpaThread({ kind: 'embedding', config, module })
  const embed = (samples: Int16Array, signal: AbortSignal) =>
    abortable(thread.embed(toFloats(samples), listenRateHz), signal)
  return {
    name: 'sherpa',
    threshold,
    enrol: (_id, samples, signal) => embed(samples, signal),
    identify: async (samples, candidates, signal) => {
      const voice = await embed(samples, signal)
      const scored = candidates.flatMap(({ voiceprintId, embedding }) =>
        embedding ? { voiceprintId, score: likeness(voice, embedding) } : [],
      )
      return scored.toSorted((one, other) => other.score - one.score)[0]
    },
    forget: async () => undefined,
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  }
}
