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

/** Sessions by place; they go by themselves some time after their last use. Failures that may pass are Problem `unavailable`. */
export type SessionStore = {
  find: (place: Place) => Promise<Session | undefined>
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
