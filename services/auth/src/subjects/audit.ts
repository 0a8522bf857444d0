import { currentContext, type Bus } from '@parley/bus'
import { audit as contracts } from '@parley/contracts'
import type { Audit } from '../domain/audit.ts'

/** Serves the audit record: every service writes, administrators read. */
export function serveAudit(bus: Bus, audit: Audit): void {
  bus.handle(contracts.note, async (note, { identity }) => {
    const { sequence } = await audit.note(note, { identity, requestId: currentContext()?.requestId })
    return { sequence }
  })
  bus.handle(contracts.list, audit.list)
  bus.handle(contracts.export, audit.export)
  bus.handle(contracts.check, audit.check)
}
