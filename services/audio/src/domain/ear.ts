import type { Endpointing } from '@parley/contracts'
import { advance, beforeSpeech, windowMs, type EndpointState } from './endpointing.ts'
import { listenRateHz, type VoiceDetector } from './ports.ts'
import { createRecording } from './recording.ts'

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
  /** The utterance so far, which then is gone. */
  take: () => Utterance
}

/** @param onChange called when the phase has changed, in the middle of `hear`. */
export function createEar(given: Endpointing, detector: VoiceDetector, onChange: (state: EndpointState) => void): Ear {
  const recording = createRecording()
  let rules = given
  let state = beforeSpeech
  let rest: Int16Array = new Int16Array(0)

  function hearWindow(window: Int16Array) {
    const { phase } = state
    state = advance(state, detector.hasVoice(window), rules)
    recording.push(window)
    if (rules.mode === 'auto' && state.phase === 'waiting') recording.keepLast(preRollWindows)
    if (state.phase !== phase) onChange(state)
  }

  return {
    hear: (samples) => {
      const all = new Int16Array(rest.length + samples.length)
      all.set(rest)
      all.set(samples, rest.length)
      let at = 0
      for (; at + windowSamples <= all.length && state.phase !== 'ended'; at += windowSamples) {
        hearWindow(all.slice(at, at + windowSamples))
      }
      rest = state.phase === 'ended' ? new Int16Array(0) : all.slice(at)
    },
    get state() {
      return state
    },
    limitSilence: (silenceMs) => {
      rules = { ...rules, silenceMs }
    },
    take: () => {
      recording.push(rest)
      const speechMs = (state.speech || state.voiced) * windowMs
      // In auto mode, voice that never became speech is noise; who holds a button means what is said.
      const voiced = rules.mode === 'auto' ? state.speech > 0 : state.voiced > 0
      return { samples: recording.take(), speechMs: voiced ? speechMs : 0, voiced }
    },
  }
}
