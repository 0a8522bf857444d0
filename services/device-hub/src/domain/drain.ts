import type { Clock } from './ports.ts'
import type { Session } from './session-ports.ts'

type Drained = Pick<Session, 'quiet' | 'close' | 'windDown'>

export type DrainSettings = {
  clock: Clock
  withinMs: number
  /** From 0 to below 1. */
  random: () => number
}

const lookEveryMs = 100
/** So many devices a second come back at least: the other instances take that. */
const leastAtOnce = 20
/** The share of the time in which everybody who is quiet is asked to go. */
const quietShare = 0.5
/** From then on a reply ends with its sentence, so that nothing is cut in the middle of one. */
const windDownShare = 0.7

/**
 * Sends everybody away: those between utterances little by little and in no order, so that they do not come back elsewhere all at
 * once; those who talk when they are done. Whoever is left after `withinMs` is closed.
 */
export async function drainSessions(left: () => Iterable<Drained>, settings: DrainSettings): Promise<void> {
  const { clock, withinMs, random } = settings
  const startedAt = clock.now()
  const never = new AbortController().signal
  const count = [...left()].length
  const looks = Math.max(1, (withinMs * quietShare) / lookEveryMs)
  const atOnce = Math.max(leastAtOnce, Math.ceil(count / looks))

  for (;;) {
    const sessions = [...left()]
    const passedMs = clock.now() - startedAt
    if (sessions.length === 0 || passedMs >= withinMs) break
    for (const session of pick(
      sessions.filter(({ quiet }) => quiet),
      atOnce,
      random,
    ))
      session.close('shutdown')
    if (passedMs >= withinMs * windDownShare) for (const session of left()) session.windDown()
    if ([...left()].length === 0) break
    // Not in step with other instances that end.
    const lookAgainAt = clock.now() + lookEveryMs * (0.5 + random())
    await clock.waitUntil(Math.min(lookAgainAt, startedAt + withinMs), never)
  }
  for (const session of left()) session.close('shutdown')
}

function pick<Item>(items: Item[], count: number, random: () => number): Item[] {
  if (items.length <= count) return items
  return Array.from({ length: count }, () => items.splice(Math.floor(random() * items.length), 1)[0] as Item)
}
