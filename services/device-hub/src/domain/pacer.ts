import type { Clock } from './ports.ts'

export type PacerSettings = {
  frameMs: number
  /** How many frames run ahead of the device's playback: enough for the network's jitter, few enough to stop at once. */
  leadFrames: number
}

/**
 * Releases the audio of one turn in real time, on an absolute clock: frame n leaves `leadFrames` before it is due, so
 * that nothing drifts however late a timer fires. When the source runs dry the clock starts anew with the next frame
 * instead of rushing to catch up.
 */
export class Pacer {
  readonly #clock: Clock
  readonly #frameMs: number
  readonly #leadMs: number
  #startsAt: number | undefined
  #count = 0

  constructor(clock: Clock, { frameMs, leadFrames }: PacerSettings) {
    this.#clock = clock
    this.#frameMs = frameMs
    this.#leadMs = leadFrames * frameMs
  }

  /** Frames released so far. */
  get count(): number {
    return this.#count
  }

  /** Waits for the next frame's moment and gives its place in the turn's audio. Never before `notBefore`. */
  async next(notBefore: number, signal: AbortSignal): Promise<number> {
    const now = Math.max(this.#clock.now(), notBefore)
    this.#startsAt ??= now
    const dueAt = this.#startsAt + this.#count * this.#frameMs
    const first = this.#count === 0
    if (dueAt < now) this.#startsAt += now - dueAt
    await this.#clock.waitUntil(
      Math.max(notBefore, this.#startsAt + this.#count * this.#frameMs - this.#leadMs),
      signal,
    )
    // The device plays from when the first one really came: those after it must not be early because that one was late.
    if (first) this.#startsAt = Math.max(this.#startsAt, this.#clock.now())
    return this.#count++ * this.#frameMs
  }

  /** When the device has played all that was released. */
  get playedOutAt(): number {
    return this.#startsAt === undefined ? this.#clock.now() : this.#startsAt + this.#count * this.#frameMs
  }

  /** How many frames the device has played by now. */
  playedFrames(): number {
    if (this.#startsAt === undefined) return 0
    const played = Math.floor((this.#clock.now() - this.#startsAt) / this.#frameMs)
    return Math.max(0, Math.min(this.#count, played))
  }
}
