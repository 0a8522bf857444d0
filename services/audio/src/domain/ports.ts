import type { Voice } from '@parley/contracts'

/** The rate at which the service listens: every decoder gives it, every recogniser takes it. */
export const listenRateHz = 16_000

/** One voice, mono. */
export type Pcm = { samples: Int16Array; sampleRateHz: number }

/** What was said; `language` only when the provider found it out. An empty text: nothing that it understood. */
export type Recognition = { text: string; language?: string | undefined }

/**
 * Turns one finished utterance into text. Failures are Problems: `provider-rejected` when the request or the
 * credentials are wrong, `provider-failed` or `timeout` when another try may work, `overloaded` when too much waits.
 * An abort rejects with the signal's reason and stops the work.
 */
export type Recogniser = {
  readonly name: string
  readonly capabilities: {
    /** Whether it can take audio while it is being said, and say what it has heard so far. */
    streaming: boolean
    partials: boolean
    sampleRateHz: number
    /** Language tags, or `any`. */
    languages: readonly string[] | 'any'
  }
  recognise: (
    utterance: Pcm & { language?: string | undefined },
    options: { signal: AbortSignal },
  ) => Promise<Recognition>
  /** Throws when it cannot work at the moment. */
  check: () => Promise<void> | void
}

/**
 * Says one sentence: PCM as it becomes ready, at a rate of the provider's choice that stays the same for the sentence.
 * It is read on demand: a provider must not run ahead of its reader without bound. Failures are Problems, as with
 * `Recogniser`. Leaving the loop or aborting stops the work.
 */
export type Synthesizer = {
  readonly name: string
  readonly capabilities: { languages: readonly string[] | 'any' }
  synthesise: (sentence: { text: string; voice: Voice }, options: { signal: AbortSignal }) => AsyncIterable<Pcm>
  check: () => Promise<void> | void
}

/** Decodes one device's packets to 16 kHz. Both throw on a packet that is not Opus. */
export type PacketDecoder = Disposable & {
  decode: (packet: Uint8Array) => Int16Array
  /** What the listener would have heard instead of a packet that is missing. */
  conceal: (durationMs: number) => Int16Array
}

/** Says of each window of 30 ms at 16 kHz whether it has voice in it. Has a memory: one per listening. */
export type VoiceDetector = Disposable & { hasVoice: (window: Int16Array) => boolean }

/** Encodes frames of one sentence, in order, away from the event loop. Fails with Problem `unavailable` when it dies. */
export type PacketEncoder = Disposable & {
  /** `samples` holds a whole number of frames and is given away. One packet a frame. */
  encode: (samples: Int16Array) => Promise<Uint8Array[]>
}

/** Time, as the domain needs it. `after` gives a function that calls it off. */
export type Clock = { nowMs: () => number; after: (delayMs: number, action: () => void) => () => void }
