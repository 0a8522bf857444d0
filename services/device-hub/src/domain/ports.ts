import type {
  Heard,
  ListenInput,
  ListenPart,
  ReplyInput,
  ReplyPart,
  SpeakInput,
  UplinkMessage,
} from '@parley/contracts'
import type { ServerMessage } from '@parley/device-protocol'

/** The way to one device, whatever carries it. Sending to a closed link does nothing. */
export type Link = {
  /** The session's id, which the device repeats in what it says. */
  readonly sessionId: string
  send: (message: ServerMessage) => void
  /** One Opus packet; the timestamp is the packet's place in the turn's audio. */
  sendAudio: (packet: Uint8Array, timestampMs: number) => void
  close: (code: number, reason: string) => void
}

/** Recognition. `listen` gives `ready` first; frames are sent to it by its id from then on. */
export type Ears = {
  listen: (input: ListenInput, options: { signal: AbortSignal }) => AsyncIterable<ListenPart>
  send: (listenId: string, message: UplinkMessage) => void
}

/** The conversation. */
export type Mind = {
  reply: (input: ReplyInput, options: { signal: AbortSignal }) => AsyncIterable<ReplyPart>
  /** Never fails: what cannot be recorded now is tried again and then logged. */
  recordHeard: (heard: Heard) => void
}

/** What looks at pictures. */
export type Eyes = {
  look: (picture: {
    deviceId: string
    ownerId: string | undefined
    agentId: string | undefined
    imageKey: string
    question: string
    language: string | undefined
  }) => Promise<string>
}

/** Synthesis: each item is one Opus packet of the wanted format. The work starts with the first `next()`. */
export type Voice = {
  speak: (input: SpeakInput, options: { signal: AbortSignal }) => AsyncIterable<Uint8Array>
}

/** Time, in milliseconds of a clock that never jumps. */
export type Clock = {
  now: () => number
  /** Resolves at `at`, or at once when that is past. Rejects with the signal's reason when aborted. */
  waitUntil: (at: number, signal: AbortSignal) => Promise<void>
  /** Calls back once; the result cancels it. */
  after: (ms: number, callback: () => void) => () => void
}

/** Gives time-ordered unique ids (UUIDv7). */
export type NewId = () => string
