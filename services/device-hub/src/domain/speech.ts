import type { RecordingOf } from '@parley/contracts'
import type { SpokenSegment } from './heard-text.ts'
import { patience, within } from './patience.ts'
import { isSpeakable, toSpeakable } from './sentences.ts'
import type { Segment, TurnState } from './turn-state.ts'

type Speech = { segment: Segment; packets: AsyncIterator<Uint8Array>; first: Promise<IteratorResult<Uint8Array>> }

/** Speaks segments in order; while one plays, the next is already being synthesized. */
export async function speakSegments(state: TurnState, source: AsyncIterable<Segment> | Iterable<Segment>) {
  const texts = toSpeech(source)
  let next = openNext(state, texts)
  try {
    for (;;) {
      const speech = await next
      if (!speech) return
      next = openNext(state, texts)
      next.catch(() => undefined)
      await play(state, speech)
      if (state.windingDown) {
        state.cutShort = true
        return
      }
    }
  } finally {
    // The one that was being prepared is not going to be heard.
    void next.then((speech) => speech?.packets.return?.()).catch(() => undefined)
  }
}

async function* toSpeech(source: AsyncIterable<Segment> | Iterable<Segment>): AsyncGenerator<Segment, void, undefined> {
  for await (const segment of source) {
    const text = toSpeakable(segment.text)
    if (isSpeakable(text)) yield { ...segment, text }
  }
}

async function openNext(state: TurnState, texts: AsyncIterator<Segment>): Promise<Speech | undefined> {
  const next = await texts.next()
  if (next.done || state.upstream.aborted) return undefined
  state.report.firstSegmentAt ??= state.ports.clock.now()
  const { voice, settings, replacements = [] } = state.ports
  const { text, fixed } = next.value
  const recording = recordingOf(state)
  const input = {
    text,
    voice: state.voiceChoice,
    format: settings.format,
    ...(replacements.length > 0 && { replacements: [...replacements] }),
    ...(fixed && { fixed }),
    ...(recording && { recording }),
  }
  const packets = voice.speak(input, { signal: state.upstream })[Symbol.asyncIterator]()
  const first = packets.next()
  first.catch(() => undefined)
  return { segment: next.value, packets, first }
}

/** Of answers on somebody's device the sound may be kept; audio decides whether it is. */
function recordingOf({ task }: TurnState): RecordingOf | undefined {
  if (task.kind !== 'reply' || task.ownerId === undefined) return undefined
  return { turnId: task.turnId, deviceId: task.deviceId, ownerId: task.ownerId }
}

async function play(state: TurnState, { segment: { text, filler }, packets, first }: Speech) {
  const { pacer, report, ports, segments, signal } = state
  const segment: SpokenSegment = { text, firstFrame: pacer.count, endFrame: pacer.count, whole: false }
  const soon = <T>(packet: Promise<T>) => within(ports.clock, patience.packetMs, 'The voice', packet)
  let announced = false
  try {
    for (let result = await soon(first); !result.done; result = await soon(packets.next())) {
      report.firstPacketAt ??= ports.clock.now()
      const timestampMs = await pacer.next(state.audibleFrom, signal)
      await state.gate.pass(signal)
      signal.throwIfAborted()
      if (!announced) {
        announced = true
        if (!filler) segments.push(segment)
        state.onSaid?.(text, () => pacer.playedOutAt)
        ports.link.send({ type: 'tts', state: 'sentence_start', text })
      }
      ports.link.sendAudio(result.value, timestampMs)
      report.firstFrameAt ??= ports.clock.now()
      segment.endFrame = pacer.count
    }
    segment.whole = true
  } finally {
    // Not awaited: a voice that hangs must not hold the turn.
    void packets.return?.().catch(() => undefined)
  }
}
