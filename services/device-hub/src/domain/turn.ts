import type { DeviceTool, OpusFormat, Voice as VoiceChoice } from '@parley/contracts'
import { emojiOf, findEmotion } from '@parley/device-protocol'
import { apologyIn } from './apologies.ts'
import { heardText, type SpokenSegment } from './heard-text.ts'
import { Pacer } from './pacer.ts'
import { patience, within } from './patience.ts'
import type { Clock, Link, Mind, Voice } from './ports.ts'
import { createQueue, type Queue } from './queue.ts'
import { createSentenceSplitter, isSpeakable, splitSentences, toSpeakable } from './sentences.ts'
import { emptyReport, type TurnReport } from './turn-report.ts'

export type TurnSettings = {
  format: OpusFormat
  leadFrames: number
  /** Between `tts start` and the first frame: devices drop audio that comes before they have switched to speaking. */
  firstAudioDelayMs: number
  /** Between the end of playback and `tts stop`: older firmware cuts the tail off otherwise. */
  stopMarginMs: number
}

export type TurnPorts = { link: Link; mind: Mind; voice: Voice; clock: Clock; settings: TurnSettings }

/** What a turn is about: a user's words to be answered, a text to be said, or a failure to be told. */
export type TurnTask =
  | {
      kind: 'reply'
      turnId: string
      deviceId: string
      ownerId: string | undefined
      agentId: string | undefined
      text: string
      language?: string | undefined
      /** Who asks, where their voice is known. */
      speaker?: string | undefined
      tools: DeviceTool[]
    }
  | { kind: 'announcement'; turnId: string; text: string }
  | { kind: 'apology'; turnId: string; language?: string | undefined }

export type Turn = {
  /** Resolves when `tts stop` is out; never rejects. */
  ended: Promise<TurnReport>
  /** Stops at once: the stages upstream are cancelled, `tts stop` is sent now. Idempotent. */
  stop: (reason: string) => void
}

/** How long a failure that cannot be said stands on the screen before the device goes on. */
const alertMs = 2_000

/** More segments than any spoken reply has. */
const mostSegments = 500

/**
 * Runs one turn: what the mind writes is cut into segments, each is synthesized while the one before it plays, and
 * the pacer releases their frames. Whatever happens, the device gets one `tts stop`, and what was really heard is
 * recorded.
 */
export function startTurn(task: TurnTask, ports: TurnPorts): Turn {
  const { link, mind, clock, settings } = ports
  const abort = new AbortController()
  const pacer = new Pacer(clock, { frameMs: settings.format.frameMs, leadFrames: settings.leadFrames })
  const report = emptyReport(task.turnId, clock.now())
  const segments: SpokenSegment[] = []
  const failure = new AbortController()
  const state: TurnState = {
    task,
    ports,
    report,
    pacer,
    segments,
    signal: abort.signal,
    upstream: AbortSignal.any([abort.signal, failure.signal]),
    voiceChoice: task.kind === 'announcement' ? {} : { language: task.language },
    audibleFrom: 0,
  }
  let finished = false

  /** What has been played at this moment is what was heard, however long the stages take to let go. */
  function finish() {
    if (finished) return
    finished = true
    link.send({ type: 'tts', state: 'stop' })
    const interrupted = abort.signal.aborted
    report.interrupted = interrupted ? String(abort.signal.reason) : undefined
    report.frames = pacer.count
    report.endedAt = clock.now()
    if (task.kind !== 'reply') return
    const text = heardText(segments, interrupted ? pacer.playedFrames() : pacer.count)
    mind.recordHeard({ turnId: task.turnId, deviceId: task.deviceId, text, interrupted })
  }

  async function run(): Promise<TurnReport> {
    begin(state)
    try {
      await speakTask(state).catch(async (error: unknown) => {
        if (abort.signal.aborted) return
        report.problem = error
        failure.abort(error)
        await apologise(state)
      })
      await clock.waitUntil(pacer.playedOutAt + settings.stopMarginMs, abort.signal)
    } catch (error) {
      if (!abort.signal.aborted) report.problem ??= error
    }
    finish()
    return report
  }

  return {
    ended: run(),
    stop: (reason) => {
      if (abort.signal.aborted) return
      abort.abort(reason)
      finish()
    },
  }
}

type TurnState = {
  task: TurnTask
  ports: TurnPorts
  report: TurnReport
  pacer: Pacer
  segments: SpokenSegment[]
  signal: AbortSignal
  /** For the stages that the speech comes from: aborted with the turn, and when one of them fails. */
  upstream: AbortSignal
  voiceChoice: VoiceChoice
  audibleFrom: number
}

function begin(state: TurnState) {
  const { task, ports } = state
  if (task.kind === 'reply') ports.link.send({ type: 'stt', text: task.text })
  ports.link.send({ type: 'tts', state: 'start' })
  state.audibleFrom = ports.clock.now() + ports.settings.firstAudioDelayMs
}

async function speakTask(state: TurnState) {
  const { task } = state
  if (task.kind === 'announcement') return speakSegments(state, splitSentences(task.text))
  if (task.kind === 'apology') return apologise(state)
  const segments = createQueue<string>(mostSegments)
  void readReply(state, task, segments)
  await speakSegments(state, segments)
}

/** Reads the reply as fast as it is written, whatever the pace of speaking: a model must not wait for a loudspeaker. */
async function readReply(state: TurnState, task: TurnTask & { kind: 'reply' }, segments: Queue<string>) {
  const { report, ports, upstream } = state
  const splitter = createSentenceSplitter()
  let written = ''
  const { turnId, deviceId, ownerId, agentId, text, language, speaker, tools } = task
  try {
    const input = { turnId, deviceId, ownerId, agentId, text, language, speaker, ...(tools.length > 0 && { tools }) }
    const parts = ports.mind.reply(input, { signal: upstream })[Symbol.asyncIterator]()
    const next = () => within(ports.clock, patience.replyPartMs, 'The reply', parts.next())
    for (let result = await next(); !result.done; result = await next()) {
      const part = result.value
      if (part.type === 'started') {
        state.voiceChoice = { language, ...part.voice }
        report.mindProvider = part.provider
      } else if (part.type === 'text-delta') {
        report.firstTextAt ??= ports.clock.now()
        written += part.text
        for (const segment of splitter.push(part.text)) offer(segment)
      } else if (part.type === 'finished') {
        // The stream itself ends only when the answer is stored; its last words need not wait for that.
        for (const segment of splitter.flush()) offer(segment)
      }
    }
    for (const segment of splitter.flush()) offer(segment)
    segments.end()
  } catch (error) {
    segments.fail(error)
  }

  function offer(segment: string) {
    report.emotion ??= showEmotion(state, written)
    segments.push(segment)
  }
}

/** The face comes before the first words: the emotion of the first emoji so far, else neutral. */
function showEmotion({ ports, signal }: TurnState, text: string): string {
  const emotion = findEmotion(text) ?? 'neutral'
  if (!signal.aborted) ports.link.send({ type: 'llm', emotion, text: emojiOf(emotion) })
  return emotion
}

type Speech = { text: string; packets: AsyncIterator<Uint8Array>; first: Promise<IteratorResult<Uint8Array>> }

/** Speaks segments in order; while one plays, the next is already being synthesized. */
async function speakSegments(state: TurnState, source: AsyncIterable<string> | Iterable<string>) {
  const texts = toSpeech(source)
  let next = openNext(state, texts)
  try {
    for (;;) {
      const speech = await next
      if (!speech) return
      next = openNext(state, texts)
      next.catch(() => undefined)
      await play(state, speech)
    }
  } finally {
    // The one that was being prepared is not going to be heard.
    void next.then((speech) => speech?.packets.return?.()).catch(() => undefined)
  }
}

async function* toSpeech(source: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string, void, undefined> {
  for await (const segment of source) {
    const text = toSpeakable(segment)
    if (isSpeakable(text)) yield text
  }
}

async function openNext(state: TurnState, texts: AsyncIterator<string>): Promise<Speech | undefined> {
  const next = await texts.next()
  if (next.done || state.upstream.aborted) return undefined
  state.report.firstSegmentAt ??= state.ports.clock.now()
  const { voice, settings } = state.ports
  const { task } = state
  const ownerId = task.kind === 'reply' ? task.ownerId : undefined
  const recording =
    task.kind === 'reply' && ownerId ? { turnId: task.turnId, deviceId: task.deviceId, ownerId } : undefined
  const input = { text: next.value, voice: state.voiceChoice, format: settings.format, ...(recording && { recording }) }
  const packets = voice.speak(input, { signal: state.upstream })[Symbol.asyncIterator]()
  const first = packets.next()
  first.catch(() => undefined)
  return { text: next.value, packets, first }
}

async function play(state: TurnState, { text, packets, first }: Speech) {
  const { pacer, report, ports, segments, signal } = state
  const segment: SpokenSegment = { text, firstFrame: pacer.count, endFrame: pacer.count, whole: false }
  const soon = <T>(packet: Promise<T>) => within(ports.clock, patience.packetMs, 'The voice', packet)
  let announced = false
  try {
    for (let result = await soon(first); !result.done; result = await soon(packets.next())) {
      report.firstPacketAt ??= ports.clock.now()
      const timestampMs = await pacer.next(state.audibleFrom, signal)
      signal.throwIfAborted()
      if (!announced) {
        announced = true
        segments.push(segment)
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

/** Says that something went wrong, or shows it when even that cannot be said. It is no part of the conversation. */
async function apologise(state: TurnState) {
  const { ports, signal, voiceChoice } = state
  const text = apologyIn(voiceChoice.language)
  try {
    await speakSegments({ ...state, segments: [], upstream: signal }, [text])
  } catch (error) {
    if (signal.aborted) throw error
    ports.link.send({ type: 'alert', status: 'Error', message: text, emotion: 'sad' })
    // Time to read it; and a device that listens again at once must not fail many times a second.
    await ports.clock.waitUntil(ports.clock.now() + alertMs, signal)
  }
}
