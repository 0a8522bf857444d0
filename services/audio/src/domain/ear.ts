import type { Endpointing } from '@parley/contracts'
import { advance, beforeSpeech, windowMs, type EndpointState } from './endpointing.ts'
import { listenRateHz, type VoiceDetector } from './ports.ts'
import { createRecording, joinSamples } from './recording.ts'

const windowSamples = (listenRateHz * windowMs) / 1_000
/** Kept from before the start is noticed: 180 ms that it takes to notice, and 360 ms of pre-roll. */
const preRollWindows = 18

/** The sound of one utterance, and how long the speech in it is; `voiced` is false when nobody spoke. */
export type Utterance = { samples: Int16Array; speechMs: number; voiced: boolean }

/** Cuts one utterance out of a stream of 16 kHz samples. */
export type Ear = {
  hear: (samples: Int16Array) => void
  readonly state: EndpointState
  /** From now on so much silence ends the utterance. */
  limitSilence: (silenceMs: number) => void
  /** When the first and the last voice of the speech was, in the time of the sound. */
  readonly speech: { startMs: number; endMs: number }
  /** The utterance so far, which then is gone. */
  take: () => Utterance
}

export type EarEvents = {
  /** The phase has changed, in the middle of `hear`. */
  onChange: (state: EndpointState) => void
  /** Sound of the utterance, from the pre-roll on, as soon as there is speech in it. */
  onSound?: (samples: Int16Array) => void
}

export function createEar(rules: Endpointing, detector: VoiceDetector, { onChange, onSound }: EarEvents): Ear {
  const recording = createRecording()
  const { overhangMs = 0 } = detector
  // The silence that a detector did not notice was silence all the same.
  const withSilence = (silenceMs: number) => ({ ...rules, silenceMs: Math.max(windowMs, silenceMs - overhangMs) })
  let own = withSilence(rules.silenceMs)
  let state = beforeSpeech
  let rest: Int16Array = new Int16Array(0)
  let windows = 0
  let spoke = false
  let startMs = 0

  function hearWindow(window: Int16Array) {
    const { phase } = state
    state = advance(state, detector.hasVoice(window), own)
    windows++
    recording.push(window)
    if (rules.mode === 'auto' && state.phase === 'waiting') recording.keepLast(preRollWindows)
    const begins = !spoke && state.speech > 0
    // Whoever takes the sound is there from the change to speech on, and gone with the one to the end.
    if (spoke) onSound?.(window)
    if (begins) startMs = (windows - oldestBit(state.recent)) * windowMs
    spoke ||= begins
    if (state.phase !== phase) onChange(state)
    if (begins) for (const piece of recording.pieces) onSound?.(piece)
  }

  return {
    hear: (samples) => {
      const all = rest.length === 0 ? samples : joinSamples([rest, samples])
      let at = 0
      for (; at + windowSamples <= all.length && state.phase !== 'ended'; at += windowSamples) {
        // A view: the memory is of this piece alone, and the recording keeps all of it.
        hearWindow(all.subarray(at, at + windowSamples))
      }
      rest = state.phase === 'ended' ? new Int16Array(0) : all.slice(at)
    },
    get state() {
      return state
    },
    limitSilence: (silenceMs) => {
      own = withSilence(silenceMs)
    },
    get speech() {
      return { startMs, endMs: Math.max(startMs, (windows - state.silent) * windowMs - overhangMs) }
    },
    take: () => {
      recording.push(rest)
      if (spoke && rest.length > 0) onSound?.(rest)
      rest = new Int16Array(0)
      const speechMs = (state.speech || state.voiced) * windowMs
      // In auto mode, voice that never became speech is noise; who holds a button means what is said.
      const voiced = rules.mode === 'auto' ? state.speech > 0 : state.voiced > 0
      return { samples: recording.take(), speechMs: voiced ? speechMs : 0, voiced }
    },
  }
}

/** How many windows ago the oldest voice of these was. */
function oldestBit(recent: number): number {
  return 32 - Math.clz32(recent)
}
