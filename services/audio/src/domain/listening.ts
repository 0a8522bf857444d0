import type { ListenInput, ListenPart, UplinkMessage } from '@parley/contracts'
import { abortable } from './abortable.ts'
import { createEar, type Utterance } from './ear.ts'
import { windowMs, type EndpointState } from './endpointing.ts'
import { createFrameOrder } from './frame-order.ts'
import { listenRateHz, type Clock, type PacketDecoder, type Recogniser, type VoiceDetector } from './ports.ts'

/** Late frames of a device that pauses sending in silence (DTX) get this long on top of the wanted silence. */
const jitterMs = 80
/** A sender that stops in the middle of a word has stalled more likely than it has finished. */
const leastStallMs = 1_000

export type ListeningGiven = {
  decoder: PacketDecoder
  detector: VoiceDetector
  recogniser: Recogniser
  clock: Clock
}

/** One utterance being heard: messages go in, parts come out, and the last one is `final`. */
export type Listening = {
  receive: (message: UplinkMessage) => void
  /**
   * @throws Problem of the recogniser; the signal's reason when it is aborted.
   */
  parts: (signal: AbortSignal) => AsyncGenerator<ListenPart, void, undefined>
}

export function createListening(input: ListenInput, given: ListeningGiven): Listening {
  const { decoder, clock } = given
  const { endpointing, format } = input
  const order = createFrameOrder()
  const ear = createEar(endpointing, given.detector, onPhase)
  const events: ListenPart[] = []
  let utterance: Utterance | undefined
  let spoke = false
  let wake: (() => void) | undefined
  let callOff: (() => void) | undefined
  let { silenceMs } = endpointing

  function onPhase({ phase }: EndpointState) {
    if (phase === 'speaking') {
      spoke = true
      events.push({ type: 'speech-start' })
    } else if (phase === 'ended') finish()
  }

  function finish() {
    if (utterance) return
    callOff?.()
    utterance = ear.take()
    if (spoke) events.push({ type: 'speech-end' })
    wake?.()
  }

  function decode(packet: Uint8Array): Int16Array {
    try {
      return decoder.decode(packet)
    } catch {
      return decoder.conceal(format.frameMs)
    }
  }

  /** A sender may say silence by sending nothing at all: then the wall clock goes on where audio time stands still. */
  function expectMore() {
    if (endpointing.mode === 'manual' || ear.state.phase !== 'speaking') return
    const { silent, recent } = ear.state
    const hasVoice = (recent & 1) === 1
    const stallMs = Math.max(silenceMs * 2, leastStallMs)
    const restMs = Math.max(0, silenceMs - silent * windowMs) + format.frameMs + jitterMs
    callOff?.()
    callOff = clock.after(hasVoice ? stallMs : restMs, finish)
  }

  /** It is looked at with the next sound, or when none comes within the new limit. */
  function limitSilence(ms: number) {
    silenceMs = ms
    ear.limitSilence(ms)
    expectMore()
  }

  function receive(message: UplinkMessage) {
    if (utterance) return
    if (message.kind === 'limit') return limitSilence(message.silenceMs)
    if (message.kind === 'end') return finish()
    const place = order.take(message.sequence)
    if (place === 'stale' || message.packet.length === 0) return
    for (let missing = place.missing; missing > 0; missing--) ear.hear(decoder.conceal(format.frameMs))
    ear.hear(decode(message.packet))
    if (!utterance) expectMore()
    wake?.()
  }

  async function* parts(signal: AbortSignal): AsyncGenerator<ListenPart, void, undefined> {
    // A button that is never released must not be heard for ever, whatever the uplink does.
    if (endpointing.mode === 'manual') callOff = clock.after(endpointing.maxSpeechMs, finish)
    try {
      for (;;) {
        const event = events.shift()
        if (event) yield event
        else if (utterance) break
        else await abortable(new Promise<void>((resolve) => (wake = resolve)), signal)
      }
      yield await recognise(utterance, signal)
    } finally {
      callOff?.()
    }
  }

  async function recognise({ samples, speechMs, voiced }: Utterance, signal: AbortSignal): Promise<ListenPart> {
    const { recogniser } = given
    const { language } = input
    if (!voiced) return { type: 'final', text: '', provider: recogniser.name, speechMs, recognitionMs: 0 }
    const startedAt = clock.nowMs()
    const work = recogniser.recognise({ samples, sampleRateHz: listenRateHz, language }, { signal })
    const heard = await abortable(work, signal)
    const recognitionMs = Math.round(clock.nowMs() - startedAt)
    return { type: 'final', ...heard, provider: recogniser.name, speechMs, recognitionMs }
  }

  return { receive, parts }
}
