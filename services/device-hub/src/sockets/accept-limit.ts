import { Problem } from '@parley/contracts'
import { createBucket } from '../domain/bucket.ts'

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
  const bucket = createBucket(perSecond, perSecond, now)

  return {
    take: () => {
      if (bucket.take()) return
      const retryAfterS = 1 + Math.floor(random() * spreadS)
      throw new Problem('overloaded', 'Too many devices connect at once; come back in a moment', { retryAfterS })
    },
  }
}
