import { joinSamples } from './recording.ts'

/** Cuts a stream of samples into frames of one length. */
export type Framer = {
  push: (samples: Int16Array) => void
  /** Up to so many whole frames in one piece of their own memory; undefined when there is not one. */
  take: (mostFrames: number) => Int16Array | undefined
  /** How many whole frames there are. */
  readonly frames: number
  /** Fills a last, broken frame up with silence. */
  fill: () => void
  /** What is left, which then is gone. */
  rest: () => Int16Array
}

export function createFramer(frameSamples: number): Framer {
  let held: Int16Array = new Int16Array(0)
  return {
    push: (samples) => {
      held = held.length === 0 ? samples : joinSamples([held, samples])
    },
    take: (mostFrames) => {
      const frames = Math.min(mostFrames, Math.floor(held.length / frameSamples))
      if (frames === 0) return undefined
      const taken = held.slice(0, frames * frameSamples)
      held = held.subarray(taken.length)
      return taken
    },
    get frames() {
      return Math.floor(held.length / frameSamples)
    },
    rest: () => {
      const rest = held
      held = new Int16Array(0)
      return rest
    },
    fill: () => {
      const broken = held.length % frameSamples
      if (broken > 0) held = joinSamples([held, new Int16Array(frameSamples - broken)])
    },
  }
}
