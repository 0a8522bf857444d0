import type { DeviceTool, OpusFormat, Replacement, ReplyInput, Voice as VoiceChoice } from '@parley/contracts'
import type { Gate } from './gate.ts'
import type { SpokenSegment } from './heard-text.ts'
import type { Pacer } from './pacer.ts'
import type { Clock, Link, Mind, Voice } from './ports.ts'
import type { TurnReport } from './turn-report.ts'

export type TurnSettings = {
  format: OpusFormat
  /** How far audio runs ahead of what the device plays; the least that a small chip is sure to have room for. */
  leadFrames: number
  /** Between `tts start` and the first frame: devices drop audio that comes before they have switched to speaking. */
  firstAudioDelayMs: number
  /** Between the end of playback and `tts stop`: older firmware cuts the tail off otherwise. */
  stopMarginMs: number
}

export type TurnPorts = {
  link: Link
  mind: Mind
  voice: Voice
  clock: Clock
  settings: TurnSettings
  /** Words that are said differently from how they are written. */
  replacements?: readonly Replacement[] | undefined
  /** This begins to be said; until when it is heard can be asked at any time. */
  onSaid?: ((text: string, until: () => number) => void) | undefined
}

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
      device?: ReplyInput['device']
      tools: DeviceTool[]
      /** What may be said while the answer takes long. */
      fillers: readonly string[]
    }
  | {
      kind: 'announcement'
      turnId: string
      text: string
      /** The same words are said again and again: their sound is worth keeping. */
      fixed?: boolean
    }
  | { kind: 'apology'; turnId: string; language?: string | undefined }

/** What is to be said next. A filler is no part of the answer; the sound of what is `fixed` is worth keeping. */
export type Segment = { text: string; filler?: boolean; fixed?: boolean }

/** One turn as its stages share it. */
export type TurnState = {
  gate: Gate
  /** It shall end with the sentence that is being said; whether it did before its own end. */
  windingDown: boolean
  cutShort: boolean
  onSaid: TurnPorts['onSaid']
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
