import { createHash } from 'node:crypto'
import type { Person } from '@parley/contracts'
import type { Audit } from './audit.ts'

/** Something that happened here and may have to be proven afterwards. */
export type Happening = {
  /** Such as `session.begun`: what it happened to, and what. */
  action: string
  /** Who did it; undefined for nobody that is known. */
  actor?: Person | undefined
  target: { kind: 'user' | 'session' | 'api-key' | 'role' | 'device'; id: string }
  /** The code of the problem that it ended with; it was done otherwise. */
  outcome?: string
  /** What was changed: of both, the digest is kept. */
  before?: readonly string[]
  after?: readonly string[]
}

export type AuditTrail = { record: (happening: Happening) => Promise<void> }

/** Writes what happens here into the audit record. @param requestId of the work under way */
export function createAuditTrail(audit: Pick<Audit, 'note'>, requestId: () => string | undefined): AuditTrail {
  return {
    record: async ({ action, actor, target, outcome = 'done', before, after }) => {
      const digests = { ...(before && { before: digestOf(before) }), ...(after && { after: digestOf(after) }) }
      await audit.note({ action, target, outcome, ...digests }, { identity: actor, requestId: requestId() })
    },
  }
}

function digestOf(words: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(words.toSorted())).digest('hex')
}
