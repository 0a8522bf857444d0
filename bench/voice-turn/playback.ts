import { frameMs } from './speech.ts'

/** How one reply would have sounded. */
export type Playback = {
  /** From one frame to the next. */
  gapsMs: number[]
  /** Frames that came more than a frame later than the clock that the first one started asks for. */
  lateFrames: number
  /** How often, and for how long, a device that plays from the first frame on had nothing to play. */
  underruns: number
  silenceMs: number
}

const lateMs = 65

/** @param frames when each frame came */
export function toPlayback(frames: readonly number[]): Playback {
  const [first = 0] = frames
  const result: Playback = { gapsMs: [], lateFrames: 0, underruns: 0, silenceMs: 0 }
  let playedUntil = first
  frames.forEach((at, index) => {
    if (index > 0) result.gapsMs.push(at - (frames[index - 1] as number))
    if (at - (first + index * frameMs) > lateMs) result.lateFrames++
    if (at > playedUntil) {
      result.underruns++
      result.silenceMs += at - playedUntil
    }
    playedUntil = Math.max(playedUntil, at) + frameMs
  })
  return result
}
