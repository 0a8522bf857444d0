import type { AppUpdate, RoomQuestion, RoomReplyPart, Spoken } from '@parley/contracts'
import type { KeptRun, Run, RunEnd } from './run.ts'
import type { Scene } from './scene.ts'
import type { Session } from './session.ts'

/** The scenes that are offered. What it gives is the caller's own copy. */
export type Scenes = {
  /** In the order in which people see them. */
  all: () => Scene[]
  find: (id: string) => Scene | undefined
}

/** Whose session, in which scene. */
export type Place = { userId: string; sceneId: string }

/** Who asks: a person, or a guest of the open demo, who is nobody's owner. */
export type Caller = { userId: string; ownerId: string | undefined }

/** Sessions by place; they go by themselves some time after their last use. Failures that may pass are Problem `unavailable`. */
export type SessionStore = {
  find: (place: Place) => Promise<Session | undefined>
  /** How many of these there were. */
  forget: (places: Place[]) => Promise<number>
  /**
   * Makes a new session of the one there is, or of `first` when there is none. Of changes at the same time, each sees what
   * the one before it made; `change` may be asked more than once.
   */
  change: (
    place: Place,
    first: Session,
    change: (session: Session) => Session,
  ) => Promise<{ before: Session; after: Session }>
}

/** What is counted of a run while it lasts. */
export type Counted = 'questions' | 'messages'
export type RunCounts = Record<Counted, number>

/** Runs by task, shared by all instances. Failures that may pass are Problem `unavailable`. */
export type RunStore = {
  /**
   * Notes a run that is about to be started. Gives the person's run before it, which may be going on: of two at the same time,
   * one is told of the other.
   * @throws Problem `overloaded` when `most` go on already
   */
  begin: (run: Run, options: { deadlineMs: number; most: number }) => Promise<string | undefined>
  find: (taskId: string) => Promise<KeptRun | undefined>
  /** The run that somebody has going on. */
  ofPerson: (userId: string) => Promise<KeptRun | undefined>
  /** Counts a sign of life, and moves the time at which the run is due. Of one that is closed or gone, nothing. */
  keep: (taskId: string, counted: Counted, deadlineMs: number) => Promise<void>
  /** Takes no more questions; the run is due at `deadlineMs` unless it has ended by then. */
  close: (taskId: string, deadlineMs: number) => Promise<void>
  /** Lets go of a run. Gives its counts, once: undefined when it has ended before. Its last words may still come for a while. */
  end: (run: Pick<Run, 'taskId' | 'userId'>) => Promise<RunCounts | undefined>
  /** Runs that are due. Whoever gets one has it for `claimMs`. */
  claimDue: (nowMs: number, options: { claimMs: number; most: number }) => Promise<KeptRun[]>
}

/** Who speaks in which round, in a run. */
export type SpeechPlace = { taskId: string; round: string; speaker: 'user' | 'agent' }
/** `incremental` pieces make a text when put together; others are sentences. */
export type Speech = { pieces: string[]; interrupted: boolean; incremental: boolean }

/** What is being said, piece by piece, for the minutes that it matters. */
export type SpeechStore = {
  /** Adds a piece, once for each `sequence`, and gives all there are, in the order of their sequence. */
  add: (place: SpeechPlace, piece: { sequence: number; text: string; incremental: boolean }) => Promise<Speech>
  /** Notes that it was cut off, and gives what had been said. */
  interrupt: (place: SpeechPlace) => Promise<Speech>
}

/** Whether something was seen before, for some minutes. */
export type SeenStore = { has: (eventId: string) => Promise<boolean>; add: (eventId: string) => Promise<void> }

/** Tokens for rooms, kept for as long as they are good enough to be given again. */
export type TokenCache = {
  find: (place: { userId: string; taskId: string }) => Promise<CachedToken | undefined>
  keep: (place: { userId: string; taskId: string }, token: CachedToken, ttlS: number) => Promise<void>
}
export type CachedToken = { appId: string; roomId: string; userId: string; token: string; expireAt: number }

export type Action = 'StartVoiceChat' | 'UpdateVoiceChat' | 'StopVoiceChat'

/** What the cloud answered, as it came: `ResponseMetadata` with its `Error`, if it has one, and `Result`. */
export type Answer = Record<string, unknown>

/** The RTC cloud, reached with the account of a scene. */
export type VoiceChatCloud = {
  /** @throws Problem `timeout` or `provider-failed` when there is no answer; a refusal is an answer */
  call: (sceneId: string, action: Action, version: string, body: object) => Promise<Answer>
}

/** Lets somebody into a room, to hear and to be heard. Times are seconds since 1970. */
export type TokenIssuer = (
  sceneId: string,
  grant: { roomId: string; userId: string; issuedAt: number; expireAt: number },
) => string

/** The conversation of a room. */
export type Mind = {
  answer: (question: RoomQuestion, options: { signal: AbortSignal }) => AsyncIterable<RoomReplyPart>
  recordSpoken: (spoken: Spoken) => Promise<void>
  /** Nothing goes on in this run's conversation any more. */
  close: (taskId: string) => Promise<void>
}

/** The apps of a person, wherever they are connected. Nobody listening is no failure. */
export type Audience = { tell: (userId: string, update: AppUpdate) => void }

/** Proof of devices. @throws Problem `unauthorized` */
export type Devices = {
  authenticate: (proof: {
    deviceId: string
    clientId: string | undefined
    credential: string | undefined
  }) => Promise<{ ownerId: string | undefined }>
}

/** How a question went, without anybody's words. */
export type QuestionRecord = {
  taskId: string
  sceneId: string
  turnId: string
  outcome: 'finished' | 'superseded' | 'left' | 'failed'
  problem: string | undefined
  toolCalls: number
  firstTextMs: number | undefined
  totalMs: number
}

/** Takes notes for metrics and the log. */
export type Observer = {
  asked: (record: QuestionRecord) => void
  heard: (kind: string) => void
  ended: (run: Run, reason: RunEnd, counts: RunCounts, durationMs: number) => void
  /** What could not be done, and is done later or not at all. */
  failed: (what: string, error: unknown, about: { taskId?: string }) => void
}
