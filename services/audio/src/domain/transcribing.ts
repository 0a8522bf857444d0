import { Problem, type Endpointing, type Segment } from '@parley/contracts'
import { createEar, type Ear } from './ear.ts'
import { listenRateHz, type Pcm, type Recogniser, type Recognition, type VoiceDetector } from './ports.ts'
import { createResampler } from './resample.ts'

const windowMs = 30
const windowSamples = (listenRateHz * windowMs) / 1_000
/** A pause of this length parts what is recognised at once; in files nobody waits for the end. */
const silenceMs = 700
/** Longer utterances are cut: vendors take a minute, and models half of that. */
const mostUtteranceMs = 28_000

export type TranscribingGiven = {
  createDetector: () => VoiceDetector
  recogniser: Recogniser
  clean: (heard: Recognition, about: { speechMs: number; language: string | undefined }) => Recognition
  mostMs: number
  language: string | undefined
}

export type Transcript = { segments: Segment[]; durationMs: number; language: string | undefined; provider: string }

/**
 * Writes down the speech of a file, utterance by utterance.
 * @throws Problem `too-large` for more sound than allowed, those of the recogniser and of the sound; the signal's reason
 */
export async function transcribe(
  sound: AsyncIterable<Pcm>,
  given: TranscribingGiven,
  signal: AbortSignal,
): Promise<Transcript> {
  const { recogniser, clean, language } = given
  const segments: Segment[] = []
  let found: string | undefined
  let provider = recogniser.name
  let durationMs = 0
  const cutting = { ...given, longestMs: recogniser.capabilities.longestMs }
  for await (const spoken of utterances(sound, cutting, (ms) => (durationMs = ms))) {
    signal.throwIfAborted()
    const { samples, startMs, endMs, speechMs } = spoken
    const heard = await recogniser.recognise({ samples, sampleRateHz: listenRateHz, language }, { signal })
    const { text, language: own, provider: who = provider } = clean(heard, { speechMs, language })
    found ??= own
    provider = who
    if (text !== '') segments.push({ startMs, endMs, text })
  }
  return { segments, durationMs, language: found, provider }
}

type Spoken = { samples: Int16Array; startMs: number; endMs: number; speechMs: number }

export type CuttingGiven = { createDetector: () => VoiceDetector; longestMs: number; mostMs: number }

/**
 * The speech of a sound, utterance by utterance, and at the end how long it was.
 * @throws Problem `too-large` for more sound than allowed
 */
export async function* utterances(
  sound: AsyncIterable<Pcm>,
  { createDetector, longestMs, mostMs }: CuttingGiven,
  onDuration: (ms: number) => void = () => undefined,
): AsyncGenerator<Spoken, void, undefined> {
  const rules: Endpointing = {
    mode: 'auto',
    silenceMs,
    maxSpeechMs: Math.min(mostUtteranceMs, longestMs),
  }
  using detector = createDetector()
  let ear: Ear = createEar(rules, detector, { onChange: () => undefined })
  let earFromMs = 0
  let windows = 0

  const take = (): Spoken | undefined => {
    const { startMs, endMs } = ear.speech
    const { samples, speechMs, voiced } = ear.take()
    const from = earFromMs
    ear = createEar(rules, detector, { onChange: () => undefined })
    earFromMs = windows * windowMs
    return voiced ? { samples, speechMs, startMs: from + startMs, endMs: from + endMs } : undefined
  }
  for await (const window of toWindows(sound)) {
    windows++
    if (windows * windowMs > mostMs + windowMs)
      throw new Problem('too-large', `The sound is longer than ${mostMs / 1_000} s`)
    ear.hear(window)
    if (ear.state.phase !== 'ended') continue
    const spoken = take()
    if (spoken) yield spoken
  }
  onDuration(windows * windowMs)
  const last = take()
  if (last) yield last
}

/** At 16 kHz, in windows; the last one is filled up with silence. */
async function* toWindows(sound: AsyncIterable<Pcm>): AsyncGenerator<Int16Array, void, undefined> {
  let resampler: ReturnType<typeof createResampler> | undefined
  let rateHz: number | undefined
  let held: Int16Array = new Int16Array(0)
  function* push(samples: Int16Array) {
    const all = new Int16Array(held.length + samples.length)
    all.set(held)
    all.set(samples, held.length)
    let at = 0
    for (; at + windowSamples <= all.length; at += windowSamples) yield all.slice(at, at + windowSamples)
    held = all.slice(at)
  }
  for await (const { samples, sampleRateHz } of sound) {
    rateHz ??= sampleRateHz
    if (sampleRateHz !== rateHz) throw new Problem('bad-request', 'The sound changes its rate')
    resampler ??= createResampler(sampleRateHz, listenRateHz)
    yield* push(resampler.push(samples))
  }
  if (!resampler) throw new Problem('bad-request', 'There is no sound in the file')
  yield* push(resampler.flush())
  if (held.length > 0) yield* push(new Int16Array(windowSamples - held.length))
}

/** The segments as one text: a space between what is written with spaces. */
export function joinSegments(segments: readonly Segment[]): string {
  return segments
    .map(({ text }) => text)
    .reduce(
      (all, text) =>
        all === '' || /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u.test(all.replace(/\p{P}$/u, ''))
          ? all + text
          : `${all} ${text}`,
      '',
    )
}
