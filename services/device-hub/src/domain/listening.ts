import { Problem, type Endpointing, type ListenInput, type OpusFormat } from '@parley/contracts'
import { patience } from './patience.ts'
import type { Clock, Ears, NewId } from './ports.ts'

export type ListeningInput = {
  format: OpusFormat
  /** Opus packets, when left out. */
  codec?: ListenInput['codec']
  endpointing: Endpointing
  language?: string | undefined
  /** Whose device it is, and of which turn the sound is, where that may be kept. */
  about?: Pick<ListenInput, 'ownerId' | 'recording'>
  /** Frames that came before the listening was asked for. */
  early: Uint8Array[]
}

export type Heard = {
  text: string
  language?: string | undefined
  /** Who spoke, where their voice is known. */
  speaker?: string | undefined
  /** The turn that its sound was kept for. */
  turnId?: string | undefined
  provider: string
  recognitionMs: number
  /** When the user stopped speaking, on the session's clock. */
  endOfSpeechAt: number
}

export type ListeningEvents = {
  onSpeechStart: () => void
  /** What was heard so far. */
  onPartial: (text: string) => void
  onHeard: (heard: Heard) => void
  onFailed: (error: unknown) => void
}

export type Listening = {
  push: (packet: Uint8Array) => void
  /** The user is done speaking (push to talk). */
  finish: () => void
  /** From now on so much silence ends the utterance. */
  limitSilence: (silenceMs: number) => void
  stop: () => void
}

/** Silence before speech that is kept for a second try: more than any recogniser looks back. */
const silenceKeptMs = 3_000
const attempts = 2

/**
 * One utterance on its way to recognition. Its frames are kept until it is over: those that come before recognition is
 * ready are sent then, and when a recogniser dies another one is given the whole utterance, so that the user repeats
 * nothing.
 */
export function startListening(
  input: ListeningInput,
  ports: { ears: Ears; clock: Clock; newId: NewId },
  events: ListeningEvents,
): Listening {
  const { ears, clock, newId } = ports
  const { format, codec, endpointing, language } = input
  const abort = new AbortController()
  const kept = [...input.early]
  const mostSilent = Math.ceil(silenceKeptMs / format.frameMs)
  const mostSpoken = Math.ceil(endpointing.maxSpeechMs / format.frameMs) + mostSilent
  let speaking = endpointing.mode === 'manual'
  let finishedAt: number | undefined
  let expectNothing: () => void = () => undefined
  let expectTranscript: () => void = () => undefined
  let upstream: { listenId: string; sequence: number } | undefined

  function sendFrame(packet: Uint8Array) {
    if (upstream) ears.send(upstream.listenId, { kind: 'frame', sequence: upstream.sequence++, packet })
  }
  function sendEnd() {
    if (upstream) ears.send(upstream.listenId, { kind: 'end', sequence: upstream.sequence })
  }

  async function attempt(): Promise<Heard> {
    const listenId = newId()
    const impatience = new AbortController()
    const signal = AbortSignal.any([abort.signal, impatience.signal])
    let endOfSpeechAt: number | undefined
    expect('ready', patience.recognitionReadyMs)

    function expect(what: string, ms: number) {
      expectNothing()
      const late = new Problem('timeout', `Recognition was not ${what} in ${ms} ms`)
      expectNothing = clock.after(ms, () => impatience.abort(late))
    }
    expectTranscript = () => expect('done', patience.transcriptMs)

    try {
      for await (const part of ears.listen(
        { ...input.about, listenId, format, codec, endpointing, language },
        { signal },
      )) {
        if (part.type === 'ready') {
          expectNothing()
          upstream = { listenId, sequence: 0 }
          for (const packet of kept) sendFrame(packet)
          if (finishedAt !== undefined) {
            sendEnd()
            expectTranscript()
          }
        } else if (part.type === 'speech-start') {
          speaking = true
          events.onSpeechStart()
        } else if (part.type === 'partial') {
          events.onPartial(part.text)
        } else if (part.type === 'speech-end') {
          endOfSpeechAt = clock.now()
          expectTranscript()
        } else if (part.type === 'final') {
          const { text, language: heardLanguage, speaker, provider, recognitionMs } = part
          const endedAt = finishedAt ?? endOfSpeechAt ?? clock.now()
          const { turnId } = input.about?.recording ?? {}
          return {
            text: text.trim(),
            language: heardLanguage,
            speaker,
            turnId,
            provider,
            recognitionMs,
            endOfSpeechAt: endedAt,
          }
        }
      }
      throw new Problem('provider-failed', 'Recognition ended without a result')
    } finally {
      upstream = undefined
      expectNothing()
    }
  }

  async function run() {
    for (let left = attempts; ; left--) {
      try {
        return events.onHeard(await attempt())
      } catch (error) {
        if (abort.signal.aborted) return
        const again = !(error instanceof Problem) || error.retryable || error.code === 'internal'
        if (left <= 1 || !again) return events.onFailed(error)
      }
    }
  }
  void run().finally(() => (kept.length = 0))

  return {
    push: (packet) => {
      if (finishedAt !== undefined || abort.signal.aborted) return
      kept.push(packet)
      // Before a recogniser listens nobody can tell speech from silence.
      const most = speaking || !upstream ? mostSpoken : mostSilent
      if (kept.length > most) kept.splice(0, kept.length - most)
      sendFrame(packet)
    },
    finish: () => {
      if (finishedAt !== undefined) return
      finishedAt = clock.now()
      if (!upstream) return
      sendEnd()
      expectTranscript()
    },
    limitSilence: (silenceMs) => {
      if (upstream && finishedAt === undefined) ears.send(upstream.listenId, { kind: 'limit', silenceMs })
    },
    stop: () => abort.abort(new DOMException('The listening was stopped', 'AbortError')),
  }
}
