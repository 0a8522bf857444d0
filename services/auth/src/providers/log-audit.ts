import type { Logger } from '@parley/service-kit'
import type { Audit } from '../domain/audit.ts'

/** Tells the log what happened, one line each. */
export function createLogAudit(log: Logger): Audit {
  return {
    record: async ({ action, actor, target, details }) => {
      const by = actor && { userId: actor.userId, sessionId: actor.sessionId }
      log.info({ audit: { action, actor: by, target, details } }, 'audit')
    },
  }
}
