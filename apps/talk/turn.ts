import {
  silencePackets,
  stream,
  type DeviceAudio,
  type DeviceMessage,
  type VirtualDevice,
} from '@parley/testkit/device'

/** What the device says in a turn: packets of speech, and how long after their start the speech ends. */
export type Utterance = { kind: 'speech'; packets: Uint8Array[]; speechMs: number } | { kind: 'text'; text: string }

export type TurnResult = {
  heard: string
  said: string[]
  emotion: string | undefined
  packets: Uint8Array[]
  /** From the end of speech (or the typed text), in milliseconds. */
  transcriptMs: number
  firstAudioMs: number | undefined
  totalMs: number
  alert: string | undefined
}

const frameMs = 60
const answerWithinMs = 60_000

/** Says something and listens to the whole answer. @throws Error when none comes. */
export async function takeTurn(
  device: VirtualDevice,
  utterance: Utterance,
  mode: 'auto' | 'manual',
): Promise<TurnResult> {
  const from = device.position
  const endOfSpeechAt =
    utterance.kind === 'text' ? type(device, utterance.text) : await sayAloud(device, utterance, mode, from)
  const stt = await device.message('stt', {}, { from, timeoutMs: answerWithinMs })
  const stop = await device.message('tts', { state: 'stop' }, { from, timeoutMs: answerWithinMs })
  const events = device.log.events.slice(from)
  const messages = events.filter((event): event is DeviceMessage => event.kind === 'message')
  const audio = events.filter((event): event is DeviceAudio => event.kind === 'audio')
  const textOf = (message: DeviceMessage | undefined, field: string) => message?.body[field] as string | undefined
  return {
    heard: textOf(stt, 'text') ?? '',
    said: messages.flatMap((message) =>
      message.body['state'] === 'sentence_start' ? [textOf(message, 'text') ?? ''] : [],
    ),
    emotion: textOf(
      messages.find(({ type: kind }) => kind === 'llm'),
      'emotion',
    ),
    packets: audio.map(({ packet }) => packet),
    transcriptMs: stt.at - endOfSpeechAt,
    firstAudioMs: audio[0] && audio[0].at - endOfSpeechAt,
    totalMs: stop.at - endOfSpeechAt,
    alert: textOf(
      messages.find(({ type: kind }) => kind === 'alert'),
      'message',
    ),
  }
}

function type(device: VirtualDevice, text: string): number {
  device.send({ type: 'listen', state: 'detect', text })
  return performance.now()
}

/** Gives the moment at which the speech ended. */
async function sayAloud(
  device: VirtualDevice,
  { packets, speechMs }: Utterance & { kind: 'speech' },
  mode: 'auto' | 'manual',
  from: number,
): Promise<number> {
  device.send({ type: 'listen', state: 'start', mode })
  const startedAt = performance.now()
  if (mode === 'manual') {
    await stream(device, packets, { frameMs })
    device.send({ type: 'listen', state: 'stop' })
    return performance.now()
  }
  // A microphone goes on sending silence until the device begins to speak.
  const [silence = new Uint8Array()] = await silencePackets(frameMs, frameMs)
  const stopped = new AbortController()
  const microphone = stream(device, withSilence(packets, silence), { frameMs, signal: stopped.signal })
  try {
    await Promise.race([device.message('tts', {}, { from, timeoutMs: answerWithinMs }), microphone])
  } finally {
    stopped.abort()
  }
  return startedAt + speechMs
}

/** A minute of silence is more than any server waits for. */
function* withSilence(packets: Uint8Array[], silence: Uint8Array): Generator<Uint8Array> {
  yield* packets
  for (let ms = 0; ms < answerWithinMs; ms += frameMs) yield silence
}
