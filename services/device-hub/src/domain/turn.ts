import { apologyIn } from './apologies.ts'
import { createGate } from './gate.ts'
import { heardText, type SpokenSegment } from './heard-text.ts'
import { Pacer } from './pacer.ts'
import { createQueue } from './queue.ts'
import { readReply } from './reply-reader.ts'
import { splitSentences } from './sentences.ts'
import { speakSegments } from './speech.ts'
import { emptyReport, type TurnReport } from './turn-report.ts'
import type { Segment, TurnPorts, TurnState, TurnTask } from './turn-state.ts'

export type Turn = {
  /** Resolves when `tts stop` is out; never rejects. */
  ended: Promise<TurnReport>
  /** Stands still: no more audio leaves until `resume`. */
  hold: () => void
  resume: () => void
  /** Ends with the sentence that is being said. */
  windDown: () => void
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
  const gate = createGate()
  const state: TurnState = {
    gate,
    windingDown: false,
    cutShort: false,
    onSaid: ports.onSaid,
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
    const interrupted = abort.signal.aborted || state.cutShort
    const why = state.cutShort ? 'shutdown' : String(abort.signal.reason)
    report.interrupted = interrupted ? why : undefined
    report.frames = pacer.count
    report.endedAt = clock.now()
    if (task.kind !== 'reply') return
    const text = heardText(segments, abort.signal.aborted ? pacer.playedFrames() : pacer.count)
    mind.recordHeard({ turnId: task.turnId, deviceId: task.deviceId, text, interrupted })
  }

  async function run(): Promise<TurnReport> {
    begin(state)
    try {
      await speakTask(state).catch(async (error: unknown) => {
        if (abort.signal.aborted) return
        report.problem = error
        failure.abort(error)
        await apologise(state, error)
      })
      // What is still being written is not going to be said.
      if (state.cutShort) failure.abort(new DOMException('The turn was cut short', 'AbortError'))
      await clock.waitUntil(pacer.playedOutAt + settings.stopMarginMs, abort.signal)
    } catch (error) {
      if (!abort.signal.aborted) report.problem ??= error
    }
    finish()
    return report
  }

  return {
    ended: run(),
    hold: gate.hold,
    resume: gate.release,
    windDown: () => {
      state.windingDown = true
    },
    stop: (reason) => {
      if (abort.signal.aborted) return
      abort.abort(reason)
      finish()
    },
  }
}

function begin(state: TurnState) {
  const { task, ports } = state
  if (task.kind === 'reply') ports.link.send({ type: 'stt', text: task.text })
  ports.link.send({ type: 'tts', state: 'start' })
  state.audibleFrom = ports.clock.now() + ports.settings.firstAudioDelayMs
}

async function speakTask(state: TurnState) {
  const { task } = state
  if (task.kind === 'announcement')
    return speakSegments(
      state,
      splitSentences(task.text).map((text) => ({ text, fixed: task.fixed === true })),
    )
  if (task.kind === 'apology') return apologise(state)
  const segments = createQueue<Segment>(mostSegments)
  void readReply(state, task, segments)
  await speakSegments(state, segments)
}

/** Says that something went wrong, or shows it when even that cannot be said. It is no part of the conversation. */
async function apologise(state: TurnState, cause?: unknown) {
  const { ports, signal, voiceChoice } = state
  const text = apologyIn(voiceChoice.language, cause)
  try {
    await speakSegments({ ...state, segments: [], upstream: signal }, [{ text }])
  } catch (error) {
    if (signal.aborted) throw error
    ports.link.send({ type: 'alert', status: 'Error', message: text, emotion: 'sad' })
    // Time to read it; and a device that listens again at once must not fail many times a second.
    await ports.clock.waitUntil(ports.clock.now() + alertMs, signal)
  }
}
