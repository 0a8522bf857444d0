/** Lets audio in as fast as a microphone makes it, with room for what a stalled network sends all at once. */
export type UplinkLimit = { admit: (durationMs: number, now: number) => boolean }

/** A device that catches up may do it at twice the speed. */
const speed = 2
/** A send queue of 40 packets of 60 ms, and the two seconds of a wake word. */
const mostAtOnceMs = 4_800

export function createUplinkLimit(): UplinkLimit {
  let leftMs = mostAtOnceMs
  let lastAt: number | undefined

  return {
    admit: (durationMs, now) => {
      leftMs = Math.min(mostAtOnceMs, leftMs + (now - (lastAt ?? now)) * speed)
      lastAt = now
      if (leftMs < durationMs) return false
      leftMs -= durationMs
      return true
    },
  }
}
