import type { Bus } from '@parley/bus'
import { audit, type AuditNote } from '@parley/contracts'
import type { Logger } from './logger.ts'

const windowMs = 60_000
/** Whoever makes thousands of forgeries fills a limit, not the record. */
const mostInWindow = 120

export type NoteRefusal = (refusal: Pick<AuditNote, 'action' | 'target' | 'address'> & { outcome: string }) => void

/**
 * Writes down what was refused: the same from the same address once a minute, and so many a minute altogether. Nobody waits for
 * it, and what cannot be written is in the log.
 */
export function createRefusalNotes(bus: Pick<Bus, 'request'>, log: Logger): NoteRefusal {
  const noted = new Set<string>()
  let windowEndsAt = 0

  return (refusal) => {
    const now = performance.now()
    if (now >= windowEndsAt) {
      noted.clear()
      windowEndsAt = now + windowMs
    }
    const name = JSON.stringify(refusal)
    if (noted.has(name) || noted.size >= mostInWindow) return
    noted.add(name)
    bus.request(audit.note, refusal).catch((error: unknown) => log.warn({ error, refusal }, 'a refusal was not noted'))
  }
}
