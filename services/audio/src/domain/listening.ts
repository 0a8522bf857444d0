import type { ListenInput, ListenPart, UplinkMessage } from '@parley/contracts'
import { abortable } from './abortable.ts'
import { createEar, type Utterance } from './ear.ts'
import { windowMs, type EndpointState } from './endpointing.ts'
import { createFrameOrder } from './frame-order.ts'
import {
  listenRateHz,
  type Clock,
  type PacketDecoder,
  type Recogniser,
  type Recognition,
  type RecognitionSession,
  type VoiceDetector,
} from './ports.ts'
import { createSilenceGaps } from './silence-gaps.ts'

/** Late frames of a device that pauses sending in silence (DTX) get this long on top of the wanted silence. */
const jitterMs = 80
/** A sender that stops in the middle of a word has stalled more likely than it has finished. */
const leastStallMs = 1_000

export type ListeningGiven = {
  decoder: PacketDecoder
  detector: VoiceDetector
  recogniser: Recogniser
  clock: Clock
  /** Makes of what a provider gave what is worth telling. */
  clean: (recognition: Recognition, utterance: { speechMs: number; language: string | undefined }) => Recognition
  /** Somebody begins to speak: said in the middle of the frame that shows it. */
  onSpeech?: (() => void) | undefined
  /** Who speaks, asked while the words are being found out; undefined for nobody who is known. */
  identify?: ((samples: Int16Array, signal: AbortSignal) => Promise<string | undefined>) | undefined
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
  const { decoder, clock, recogniser } = given
  const { endpointing, format, language } = input
  const order = createFrameOrder()
  const gaps = createSilenceGaps(format.frameMs)
  const ear = createEar(endpointing, given.detector, {
    onChange: onPhase,
    onSound: (samples) => session?.push(samples),
  })
  const events: ListenPart[] = []
  const work = new AbortController()
  let session: RecognitionSession | undefined
  let utterance: Utterance | undefined
  let endedAt = 0
  let spoke = false
  let wake: (() => void) | undefined
  let callOff: (() => void) | undefined
  let { silenceMs } = endpointing

  function tell(part: ListenPart) {
    events.push(part)
    wake?.()
  }

  function onPhase({ phase }: EndpointState) {
    if (phase === 'speaking') {
      spoke = true
      given.onSpeech?.()
      tell({ type: 'speech-start', atMs: ear.speech.startMs })
      session = open()
    } else if (phase === 'ended') finish()
  }

  function open(): RecognitionSession {
    let told = ''
    const onPartial = (text: string) => {
      if (text === told || utterance) return
      told = text
      tell({ type: 'partial', text })
    }
    return recogniser.open({ language }, { signal: work.signal, onPartial })
  }

  function finish() {
    if (utterance) return
    callOff?.()
    const { endMs } = ear.speech
    const whole = ear.take()
    utterance = whole
    endedAt = clock.nowMs()
    if (spoke) events.push({ type: 'speech-end', atMs: endMs })
    if (!session && whole.voiced) {
      session = open()
      session.push(whole.samples)
    }
    session?.end()
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
    if (place.missing === 0) ear.hear(new Int16Array((gaps.before(clock.nowMs()) * listenRateHz) / 1_000))
    ear.hear(decode(message.packet))
    gaps.took(message.packet, clock.nowMs())
    if (!utterance) expectMore()
  }

  async function* parts(signal: AbortSignal): AsyncGenerator<ListenPart, void, undefined> {
    const onAbort = () => work.abort(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
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
      signal.removeEventListener('abort', onAbort)
      // Whoever leaves early wants no words.
      work.abort(new DOMException('The listening is over', 'AbortError'))
    }
  }

  async function recognise({ samples, speechMs, voiced }: Utterance, signal: AbortSignal): Promise<ListenPart> {
    const nothing = { type: 'final' as const, text: '', provider: recogniser.name, speechMs, recognitionMs: 0 }
    if (!session || !voiced) return nothing
    const speaking = given.identify?.(samples, work.signal).catch(() => undefined)
    const heard = given.clean(await abortable(session.result, signal), { speechMs, language })
    const recognitionMs = Math.round(clock.nowMs() - endedAt)
    const { text, language: found, emotion, event, provider = recogniser.name } = heard
    const speaker = text === '' ? undefined : await speaking
    return { type: 'final', text, language: found, provider, speechMs, recognitionMs, emotion, event, speaker }
  }

  return { receive, parts }
}
