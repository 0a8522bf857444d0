import type { ListenInput, OpusFormat } from '@parley/contracts'
import { silenceAfter } from './adaptive-silence.ts'
import { interrupts } from './backchannel.ts'
import { createEchoGuard } from './echo.ts'
import { startListening, type Heard, type Listening } from './listening.ts'
import type { Manner } from './manner.ts'
import type { Clock, Ears, NewId } from './ports.ts'
import type { ListenMode, SessionEvent } from './session-state.ts'

export type HearingPorts = {
  ears: Ears
  clock: Clock
  newId: NewId
  settings: { maxSpeechMs: number }
  manner: () => Manner
  /** Whether the device is speaking. */
  replying: () => boolean
  /** Whether the device takes its own voice out of what it hears. */
  cancelsEcho: () => boolean
  onHeard: (heard: Heard, listening: number) => void
  onFailure: (error: unknown, what: string) => void
  dispatch: (event: SessionEvent) => void
}

/** What a session hears: one listening after the other, and what it makes of what comes from them. */
export type Hearing = {
  start: (
    number: number,
    mode: ListenMode,
    given: {
      format: OpusFormat
      early: Uint8Array[]
      language: string | undefined
      about: Pick<ListenInput, 'ownerId' | 'recording'>
    },
  ) => void
  push: (packet: Uint8Array) => void
  finish: () => void
  stop: () => void
  /** The device says this: its own microphone may hear it. */
  said: (text: string, until: () => number) => void
}

/** Sound that lasts this long is speech, whether or not there are words for it yet. */
const confirmedAfterMs = 1_500

export function createHearing(ports: HearingPorts): Hearing {
  const { clock, manner, replying, cancelsEcho, dispatch } = ports
  const echoes = createEchoGuard()
  let listening: Listening | undefined
  let cancelConfirmation: () => void = () => undefined
  let beganAt: number | undefined

  /** Nothing where it is the device's own voice, or a sign that somebody listens. */
  function meant(text: string, mode: ListenMode): string {
    if (mode === 'manual') return text
    if (!cancelsEcho() && beganAt !== undefined && echoes.isEcho(text, beganAt)) return ''
    return mode === 'realtime' && replying() && !interrupts(text) ? '' : text
  }

  return {
    start: (number, mode, given) => {
      const { silenceMs, adaptiveSilence } = manner()
      const { maxSpeechMs } = ports.settings
      const endpointing = { mode: mode === 'manual' ? ('manual' as const) : ('auto' as const), silenceMs, maxSpeechMs }
      let limitMs = silenceMs
      const confirm = () => dispatch({ type: 'speech-confirmed', listening: number })
      cancelConfirmation()
      beganAt = undefined
      listening = startListening({ ...given, endpointing }, ports, {
        onSpeechStart: () => {
          beganAt = clock.now()
          dispatch({ type: 'speech-start', listening: number })
          // Another recogniser that takes over begins anew.
          cancelConfirmation()
          if (mode === 'realtime' && replying()) cancelConfirmation = clock.after(confirmedAfterMs, confirm)
        },
        onPartial: (text) => {
          if (mode === 'realtime' && replying() && meant(text, mode) !== '') confirm()
          if (mode === 'manual' || !adaptiveSilence) return
          const wantedMs = silenceAfter(text, silenceMs)
          if (wantedMs !== limitMs) listening?.limitSilence((limitMs = wantedMs))
        },
        onHeard: (heard) => {
          cancelConfirmation()
          ports.onHeard({ ...heard, text: meant(heard.text, mode) }, number)
        },
        onFailed: (error) => {
          cancelConfirmation()
          ports.onFailure(error, 'listening')
          dispatch({ type: 'ears-failed', listening: number })
        },
      })
    },
    push: (packet) => listening?.push(packet),
    finish: () => listening?.finish(),
    stop: () => {
      cancelConfirmation()
      listening?.stop()
    },
    said: echoes.said,
  }
}
