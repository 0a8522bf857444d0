import { Problem } from '@parley/contracts'
import { abortable } from '../../domain/abortable.ts'
import { recogniseByStream, streamed } from '../../domain/adapters.ts'
import { listenRateHz, type Recogniser, type Recognition, type RecogniserCapabilities } from '../../domain/ports.ts'
import { readRecognitionModel } from './model-folder.ts'
import { loadSherpa, toFloats, type OfflineRecognizer, type SherpaResult } from './sherpa-module.ts'
import { startSherpaThread, type SherpaThread } from './sherpa-thread.ts'

export type SherpaRecogniserSettings = {
  modelDir: string
  threads: number
  /** Another module in place of `sherpa-onnx-node`. */
  module?: string | undefined
}

const who = 'The speech recognition sherpa'
/** As many utterances as may be decoded at a time: each takes a thread of its own. */
const mostAtOnce = 8

const capabilities: RecogniserCapabilities = {
  streaming: false,
  partials: false,
  sampleRatesHz: [listenRateHz],
  languages: ['zh', 'en', 'yue', 'ja', 'ko'],
  opusIn: false,
  wordTimes: true,
  longestMs: 30_000,
}

/**
 * Recognition on this machine by a model of sherpa-onnx: SenseVoice and Paraformer hear finished utterances, streaming Zipformer and
 * Paraformer hear live ones.
 * @throws Error that says what is missing: the package, or what the folder lacks
 */
export async function openSherpaRecogniser(settings: SherpaRecogniserSettings): Promise<Recogniser & AsyncDisposable> {
  const { kind, modelConfig } = await readRecognitionModel(settings.modelDir, settings.threads)
  const config = { featConfig: { sampleRate: listenRateHz, featureDim: 80 }, modelConfig }
  const sherpa = await loadSherpa(settings.module)
  if (kind === 'sense-voice' || kind === 'paraformer') {
    const recognizer = await sherpa.OfflineRecognizer.createAsync(config)
    return { ...createOffline(recognizer), [Symbol.asyncDispose]: () => Promise.resolve() }
  }
  const thread = await startSherpaThread({ kind: 'online', config, module: settings.module })
  return { ...createOnline(thread), [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose]() }
}

function createOffline(recognizer: OfflineRecognizer): Recogniser {
  let working = 0
  return streamed({
    name: 'sherpa',
    capabilities,
    recognise: async ({ samples, sampleRateHz }, { signal }) => {
      signal.throwIfAborted()
      if (working >= mostAtOnce) throw new Problem('overloaded', 'Too many utterances are being recognised')
      working++
      const stream = recognizer.createStream()
      stream.acceptWaveform({ samples: toFloats(samples), sampleRate: sampleRateHz })
      // What is decoded cannot be stopped: it counts until it is done.
      const decoded = recognizer.decodeAsync(stream).finally(() => working--)
      try {
        return toRecognition(await abortable(decoded, signal))
      } catch (error) {
        signal.throwIfAborted()
        throw new Problem('provider-failed', `${who} failed`, { cause: error })
      }
    },
    check: () => undefined,
  })
}

function createOnline(thread: SherpaThread): Recogniser {
  const open: Recogniser['open'] = (_request, { signal, onPartial }) => {
    const stream = thread.open(onPartial ?? (() => undefined))
    const { promise, resolve, reject } = Promise.withResolvers<Recognition>()
    stream.result.then(
      (result) => resolve(toRecognition(result)),
      (error: unknown) =>
        reject(error instanceof Problem ? error : new Problem('provider-failed', `${who} failed`, { cause: error })),
    )
    const result = abortable(promise, signal).finally(stream.close)
    result.catch(() => undefined)
    return { push: (samples) => stream.push(toFloats(samples)), end: stream.end, result }
  }
  return {
    name: 'sherpa',
    capabilities: { ...capabilities, streaming: true, partials: true, longestMs: 120_000 },
    open,
    recognise: recogniseByStream(open),
    check: () => thread.check(),
  }
}

/** SenseVoice tells language, emotion and event as tags of their own. */
function toRecognition({
  text,
  lang = '',
  emotion = '',
  event = '',
  tokens = [],
  timestamps = [],
}: SherpaResult): Recognition {
  const ends = [...timestamps.slice(1), timestamps.at(-1) ?? 0]
  const words = timestamps.length === tokens.length ? tokens : []
  return {
    text: `${lang}${emotion}${event}${text.trim()}`,
    ...(words.length > 0 && {
      words: words.map((word, index) => ({
        text: word,
        startMs: Math.round(timestamps[index]! * 1_000),
        endMs: Math.round(ends[index]! * 1_000),
      })),
    }),
  }
}
