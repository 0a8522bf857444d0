import type { Voice } from '@parley/contracts'

/** The rate at which the service listens: every decoder gives it, every recogniser takes it. */
export const listenRateHz = 16_000

/** One voice, mono. */
export type Pcm = { samples: Int16Array; sampleRateHz: number }

/** Opus packets as a vendor made them, mono, in order; a packet carries no sample rate. */
export type OpusPackets = { packets: Uint8Array[] }

/** When one word was said, from the beginning of the utterance. */
export type Word = { text: string; startMs: number; endMs: number }

/**
 * What was said. An empty text: nothing that was understood. The rest only when the provider found it out: `confidence` is from
 * 0 to 1, `emotion` and `event` are words such as `happy` and `laughter`.
 */
export type Recognition = {
  text: string
  language?: string | undefined
  confidence?: number | undefined
  words?: Word[] | undefined
  emotion?: string | undefined
  event?: string | undefined
  /** Who it was in a chain; left out by a provider itself. */
  provider?: string | undefined
}

export type RecogniserCapabilities = {
  /** Whether it takes audio while it is being said. */
  streaming: boolean
  /** Whether it says what it has heard so far. */
  partials: boolean
  sampleRatesHz: readonly number[]
  /** Language tags, or `any`. */
  languages: readonly string[] | 'any'
  /** Whether it takes Opus packets instead of PCM. */
  opusIn: boolean
  wordTimes: boolean
  /** The longest utterance that it takes. */
  longestMs: number
}

/** One utterance that is being said, at 16 kHz. */
export type RecognitionSession = {
  /** Never waits and never throws; after the end or a failure it does nothing. */
  push: (samples: Int16Array) => void
  /** No more comes. */
  end: () => void
  /** The words, after the end; a failure as soon as it happens. */
  readonly result: Promise<Recognition>
}

export type RecognitionRequest = { language?: string | undefined }
export type RecognitionOptions = { signal: AbortSignal; onPartial?: ((text: string) => void) | undefined }

/**
 * Turns utterances into text. Failures are Problems: `provider-rejected` when the request or the credentials are wrong,
 * `provider-failed` or `timeout` when another try may work, `overloaded` when too much waits. An abort rejects with the signal's
 * reason and stops the work.
 */
export type Recogniser = {
  readonly name: string
  readonly capabilities: RecogniserCapabilities
  /** One utterance while it is being said. */
  open: (request: RecognitionRequest, options: RecognitionOptions) => RecognitionSession
  /** One finished utterance. */
  recognise: (utterance: Pcm & RecognitionRequest, options: { signal: AbortSignal }) => Promise<Recognition>
  /** Somebody may speak soon: a connection may be opened ahead. */
  warm?: () => void
  /** Throws when it cannot work at the moment. */
  check: () => Promise<void> | void
  /** Asks whether it works again, at no cost; where it is missing, the next utterance finds out. */
  probe?: (options: { signal: AbortSignal }) => Promise<void>
}

/** A recogniser that knows finished utterances only. */
export type UtteranceRecogniser = Omit<Recogniser, 'open' | 'warm'>

export type SynthesizerCapabilities = {
  /** Whether the first sound is there before the last is made. */
  streaming: boolean
  languages: readonly string[] | 'any'
  sampleRatesHz: readonly number[]
  /** Whether it gives Opus packets. */
  opusOut: boolean
  /** What of a voice it follows by itself; the volume of the others is made of their sound. */
  speed: boolean
  pitch: boolean
  volume: boolean
  /** The longest text at once, in characters. */
  longestText: number
}

/** A voice that can be chosen by name. */
export type CatalogueVoice = {
  name: string
  title: string
  languages: string[]
  gender?: 'female' | 'male' | undefined
}

/** `fixed`: the same words are said again and again, and their sound may be kept and given as Opus packets of 20 ms. */
export type Sentence = { text: string; voice: Voice; fixed?: boolean | undefined }

/**
 * Says one sentence: PCM as it becomes ready, at a rate of the provider's choice that stays the same for the sentence, or Opus.
 * It is read on demand: a provider must not run ahead of its reader without bound. Failures are Problems, as with
 * `Recogniser`. Leaving the loop or aborting stops the work.
 */
export type Synthesizer = {
  readonly name: string
  readonly capabilities: SynthesizerCapabilities
  synthesise: (sentence: Sentence, options: { signal: AbortSignal }) => AsyncIterable<Pcm | OpusPackets>
  /** The voices that it has, as far as it says. */
  voices: () => Promise<CatalogueVoice[]>
  /** Something is to be said soon. */
  warm?: () => void
  check: () => Promise<void> | void
  probe?: (options: { signal: AbortSignal }) => Promise<void>
}

/** Decodes one device's packets to 16 kHz. Both throw on a packet that is not Opus. */
export type PacketDecoder = Disposable & {
  decode: (packet: Uint8Array) => Int16Array
  /** What the listener would have heard instead of a packet that is missing. */
  conceal: (durationMs: number) => Int16Array
}

/** Says of each window of 30 ms at 16 kHz whether it has voice in it. Has a memory: one per listening. */
export type VoiceDetector = Disposable & {
  hasVoice: (window: Int16Array) => boolean
  /** For how long it goes on saying so when the voice has ended; 0 without it. */
  readonly overhangMs?: number
}

/** Encodes frames of one sentence, in order, away from the event loop. Fails with Problem `unavailable` when it dies. */
export type PacketEncoder = Disposable & {
  /** `samples` holds a whole number of frames and is given away. One packet a frame. */
  encode: (samples: Int16Array) => Promise<Uint8Array[]>
}

/** Time, as the domain needs it. `after` gives a function that calls it off. */
export type Clock = { nowMs: () => number; after: (delayMs: number, action: () => void) => () => void }
