import { Problem } from '@parley/contracts'
import type { Pcm, Sentence, Synthesizer } from '../../domain/ports.ts'
import { nextWithin } from '../next-within.ts'
import { readSpeechModel } from './model-folder.ts'
import { fromFloats, loadSherpa, type OfflineTts } from './sherpa-module.ts'

export type SherpaSynthesizerSettings = {
  modelDir: string
  threads: number
  timeoutMs: number
  module?: string | undefined
}

const who = 'The speech synthesis sherpa'
const mostAtOnce = 8

/**
 * Synthesis on this machine by a model of sherpa-onnx (VITS, Matcha, Kokoro), sentence by sentence as the model makes it.
 * @throws Error that says what is missing: the package, or what the folder lacks
 */
export async function openSherpaSynthesizer(settings: SherpaSynthesizerSettings): Promise<Synthesizer> {
  const config = await readSpeechModel(settings.modelDir, settings.threads)
  const sherpa = await loadSherpa(settings.module)
  const tts = await sherpa.OfflineTts.createAsync(config)
  let working = 0

  async function* synthesise(
    { text, voice }: Sentence,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<Pcm, void, undefined> {
    signal.throwIfAborted()
    if (working >= mostAtOnce) throw new Problem('overloaded', 'Too much is being said')
    working++
    const pieces = generate(
      tts,
      { text, sid: toSpeaker(voice, tts.numSpeakers), speed: voice.speed ?? 1 },
      () => working--,
    )
    try {
      for (;;) {
        const next = await nextWithin(pieces, settings.timeoutMs, signal, who)
        if (next.done) return
        yield { samples: fromFloats(next.value), sampleRateHz: tts.sampleRate }
      }
    } catch (error) {
      signal.throwIfAborted()
      throw error instanceof Problem ? error : new Problem('provider-failed', `${who} failed`, { cause: error })
    } finally {
      void pieces.return?.(undefined)
    }
  }

  return {
    name: 'sherpa',
    capabilities: {
      streaming: true,
      languages: 'any',
      sampleRatesHz: [tts.sampleRate],
      opusOut: false,
      speed: true,
      pitch: false,
      volume: false,
      longestText: 5_000,
    },
    synthesise,
    voices: async () =>
      Array.from({ length: tts.numSpeakers }, (_, sid) => ({
        name: String(sid),
        title: `Speaker ${sid}`,
        languages: [],
      })),
    check: () => undefined,
  }
}

/** Voices of a model are numbers; another provider's name is none. */
function toSpeaker({ name = '' }: Sentence['voice'], speakers: number): number {
  return /^\d+$/.test(name) && Number(name) < speakers ? Number(name) : 0
}

type Request = { text: string; sid: number; speed: number }

/** The pieces as they are made; who leaves stops the model at the next one. */
function generate(tts: OfflineTts, request: Request, onDone: () => void): AsyncIterator<Float32Array, undefined> {
  const made: Float32Array[] = []
  let wake: (() => void) | undefined
  let wanted = true
  let over = false
  let failure: unknown
  const onProgress = ({ samples }: { samples: Float32Array }) => {
    made.push(Float32Array.from(samples))
    wake?.()
    return wanted
  }
  tts
    .generateAsync({ ...request, enableExternalBuffer: false, onProgress })
    .catch((error: unknown) => (failure = error))
    .finally(() => {
      over = true
      onDone()
      wake?.()
    })

  return {
    next: async () => {
      for (;;) {
        const piece = made.shift()
        if (piece) return { done: false, value: piece }
        if (failure !== undefined) throw failure
        if (over) return { done: true, value: undefined }
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    return: async () => {
      wanted = false
      return { done: true, value: undefined }
    },
  }
}
