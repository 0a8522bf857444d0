import { audit, AuditEntry } from '@parley/contracts'
import { z } from 'zod'
import { sendLines } from '../http/line-stream.ts'
import { asking, PageLimit, sent, serving, type Route } from './route.ts'

const own = { tag: 'Administration', auth: 'admin', scope: 'admin', method: 'get' } as const

const Filter = z.object({
  actorId: z.string().max(128).optional(),
  targetId: z.string().max(128).optional(),
  action: z.string().max(64).optional(),
  from: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
})

/** The audit record, for administrators. */
export const auditRoutes: Route[] = [
  asking({
    ...own,
    path: '/api/v1/admin/audit',
    operationId: 'listAudit',
    summary: 'What happened, newest first; pass `before` on to page back',
    query: Filter.extend({ before: z.coerce.number().int().min(1).optional(), limit: PageLimit }),
    contract: audit.list,
    ask: ({ query }) => query,
  }),
  serving({
    ...own,
    path: '/api/v1/admin/audit/export',
    operationId: 'exportAudit',
    summary: 'All of it, oldest first, an entry a line',
    query: Filter,
    contract: audit.export,
    answer: { type: 'application/x-ndjson', schema: AuditEntry, description: 'An entry a line' },
    handle: async ({ bus, query, response, signal }) => {
      await sendLines(response, bus.stream(audit.export, query, { signal }), { signal, filename: 'audit.ndjson' })
      return sent
    },
  }),
  asking({
    ...own,
    path: '/api/v1/admin/audit/check',
    operationId: 'checkAudit',
    summary: 'Whether the chain of entries is whole, else where it first is not',
    contract: audit.check,
    ask: () => ({}),
  }),
]
