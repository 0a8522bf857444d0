import { abortable } from './abortable.ts'
import type { Recogniser, Recognition, UtteranceRecogniser } from './ports.ts'
import { listenRateHz } from './ports.ts'
import { createRecording } from './recording.ts'

/** Makes a recogniser of finished utterances take speech while it is said: it is asked when the utterance ends. */
export function streamed(recogniser: UtteranceRecogniser): Recogniser {
  return {
    ...recogniser,
    open: ({ language }, { signal }) => {
      const recording = createRecording()
      const { promise, resolve } = Promise.withResolvers<Recognition>()
      let ended = false
      const result = abortable(promise, signal)
      result.catch(() => undefined)
      return {
        push: (samples) => {
          if (!ended) recording.push(samples)
        },
        end: () => {
          if (ended) return
          ended = true
          if (signal.aborted) return
          const samples = recording.take()
          resolve(recogniser.recognise({ samples, sampleRateHz: listenRateHz, language }, { signal }))
        },
        result,
      }
    },
  }
}

/** How a recogniser that only knows streams hears a finished utterance. */
export function recogniseByStream(open: Recogniser['open']): Recogniser['recognise'] {
  return ({ samples, language }, { signal }) => {
    const session = open({ language }, { signal })
    session.push(samples)
    session.end()
    return session.result
  }
}
