import { Problem } from '@parley/contracts'

export type AcceptLimit = {
  /** Counts one connection. @throws Problem `overloaded`, with a moment to come back at that differs from client to client */
  take: () => void
}

/** When all of them come at once, those that are turned away come back over so many seconds. */
const spreadS = 10

/** Lets so many connections a second in: each costs a look into the database, and they all come when an instance went. */
export function createAcceptLimit(
  perSecond: number,
  { now, random }: { now: () => number; random: () => number },
): AcceptLimit {
  let left = perSecond
  let lastAt = now()

  return {
    take: () => {
      const at = now()
      left = Math.min(perSecond, left + ((at - lastAt) / 1_000) * perSecond)
      lastAt = at
      if (left < 1) {
        const retryAfterS = 1 + Math.floor(random() * spreadS)
        throw new Problem('overloaded', 'Too many devices connect at once; come back in a moment', { retryAfterS })
      }
      left -= 1
    },
  }
}
