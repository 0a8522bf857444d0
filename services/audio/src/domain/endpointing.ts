import type { Endpointing } from '@parley/contracts'

/** The voice detector's window, in which endpointing counts. */
export const windowMs = 30

/** Speech begins with this many voiced windows among the last `startSpan`: a click or a cough is shorter. */
const startVoiced = 4
const startSpan = 6
/** A single voiced window in a silence does not undo it: two in a row do. */
const resumeVoiced = 2

/**
 * Where a listening stands, counted in windows of audio time. `waiting` for speech, `speaking`, or `ended`: the
 * utterance is complete.
 */
export type EndpointState = {
  phase: 'waiting' | 'speaking' | 'ended'
  /** The last windows, newest in the lowest bit. */
  recent: number
  /** Voiced windows in the whole listening. */
  voiced: number
  /** Windows since speech began (in manual mode: since the listening began). */
  elapsed: number
  /** Windows since speech began. */
  spoken: number
  /** Windows without voice since the last voice that counted. */
  silent: number
  /** From the first to the last voice of the utterance. */
  speech: number
}

export const beforeSpeech: EndpointState = {
  phase: 'waiting',
  recent: 0,
  voiced: 0,
  elapsed: 0,
  spoken: 0,
  silent: 0,
  speech: 0,
}

/** The state after one more window. */
export function advance(state: EndpointState, hasVoice: boolean, rules: Endpointing): EndpointState {
  if (state.phase === 'ended') return state
  const recent = ((state.recent << 1) | (hasVoice ? 1 : 0)) & ((1 << startSpan) - 1)
  const heard = { ...state, recent, voiced: state.voiced + (hasVoice ? 1 : 0) }
  const next = state.phase === 'waiting' ? wait(heard, rules) : speak(heard)
  const silenceEnds = rules.mode === 'auto' && next.phase === 'speaking' && next.silent * windowMs >= rules.silenceMs
  const limited = rules.mode === 'manual' || next.phase === 'speaking'
  return silenceEnds || (limited && next.elapsed * windowMs >= rules.maxSpeechMs) ? { ...next, phase: 'ended' } : next
}

function wait(state: EndpointState, { mode }: Endpointing): EndpointState {
  const elapsed = mode === 'manual' ? state.elapsed + 1 : 0
  if (countBits(state.recent) < startVoiced) return { ...state, elapsed }
  const begun = { ...state, phase: 'speaking' as const, spoken: startVoiced, speech: startVoiced }
  return { ...begun, elapsed: mode === 'manual' ? elapsed : startSpan }
}

function speak(state: EndpointState): EndpointState {
  const next = { ...state, elapsed: state.elapsed + 1, spoken: state.spoken + 1 }
  const resumed = (state.recent & ((1 << resumeVoiced) - 1)) === (1 << resumeVoiced) - 1
  if (resumed) return { ...next, silent: 0, speech: next.spoken }
  return state.recent & 1 ? next : { ...next, silent: state.silent + 1 }
}

function countBits(bits: number): number {
  let count = 0
  for (let rest = bits; rest > 0; rest >>= 1) count += rest & 1
  return count
}
