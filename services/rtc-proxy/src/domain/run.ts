import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/**
 * One run of an agent in somebody's room, from before the cloud is asked to start it until it is known to be over: what is
 * needed to stop it, and to believe those who call on its behalf.
 */
export type Run = {
  taskId: string
  roomId: string
  sceneId: string
  appId: string
  /** Of the cloud's API, as it was started. */
  version: string
  /** Whose session it is, and their user id in the room. */
  userId: string
  /** Whose conversation it is; nobody's for a guest. */
  ownerId: string | undefined
  /** Who of ours answers in it; the default agent without one. */
  agentId: string | undefined
  /** What its callbacks are proved by; each in a form of its own, see `callbackProof`. */
  key: string
  /** Whether our model answers in it, and whether the cloud tells us what is said in it. */
  answered: boolean
  told: boolean
  startedAtMs: number
}

/** A run with what became of it so far. Of one that is closed, words may still come, but no more questions. */
export type KeptRun = Run & { closed: boolean }

/** Why a run ended. `replaced` by a newer one of the same person, `forgotten` by everybody, `over` on the cloud's own word, `unpaid` when credits ran out. */
export type RunEnd = 'stopped' | 'replaced' | 'forgotten' | 'refused' | 'overtaken' | 'over' | 'given-up' | 'unpaid'

/** The three places in which a callback shows that it is of a run: in its URL, as a message's signature, as a model's key. */
export type ProofPlace = 'url' | 'signature' | 'model'

/** What is shown in one place, which tells nobody what is shown in the others. */
export function callbackProof(key: string, place: ProofPlace): string {
  return createHmac('sha256', key).update(place).digest('base64url')
}

/** Compares in constant time, whatever the length of what is given. */
export function isCallbackProof(run: Pick<Run, 'key'>, place: ProofPlace, given: string | undefined): boolean {
  if (given === undefined) return false
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(callbackProof(run.key, place)), digest(given))
}

/**
 * The turn of a run that a round is, always the same one, so that whatever is said of a round again replaces what was said
 * before. A UUID of version 8: its bits are ours.
 */
export function toTurnId(taskId: string, round: string): string {
  const bytes = createHash('sha256').update(`${taskId}\n${round}`).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

export type RunLimits = {
  /** How long a run may last. */
  callMaxMs: number
  /** How long nothing may be heard of a run whose words the cloud tells us. */
  callIdleMs: number
}

/** When a run that was last heard of just now is to be stopped. */
export function deadlineOf(run: Run, nowMs: number, { callMaxMs, callIdleMs }: RunLimits): number {
  const end = run.startedAtMs + callMaxMs
  return run.told || run.answered ? Math.min(end, nowMs + callIdleMs) : end
}
