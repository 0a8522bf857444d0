import { AuditEntry } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import { beginning, type AuditFilter, type AuditStore } from '../domain/audit.ts'
import type { AuditEntry as AuditRow, PrismaClient } from './generated/client.ts'

/** Whoever appends waits here for whoever appends before. */
const chainLock = 0x7a_d1_42

/** The audit chain in PostgreSQL, whose trigger refuses to change what is written. */
export function createPrismaAuditStore(prisma: PrismaClient): AuditStore {
  const append: AuditStore['append'] = (entry, seal) =>
    prisma.$transaction(async (transaction) => {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${chainLock})`
      const last = await transaction.auditEntry.findFirst({ orderBy: { sequence: 'desc' } })
      const sequence = Number(last?.sequence ?? 0) + 1
      const placed = { ...entry, sequence, previousHash: last?.hash ?? beginning }
      const sealed = { ...placed, hash: seal(placed) }
      await transaction.auditEntry.create({ data: toRow(sealed) })
      return sealed
    })

  const list = async (where: object, order: 'asc' | 'desc', take: number) => {
    const rows = await prisma.auditEntry.findMany({ where, orderBy: { sequence: order }, take })
    return rows.map(toEntry)
  }

  return {
    append: (entry, seal) => append(entry, seal).catch(rethrowDatabaseError),
    listBefore: (filter, before, limit) =>
      list({ ...toWhere(filter), ...(before !== undefined && { sequence: { lt: before } }) }, 'desc', limit).catch(
        rethrowDatabaseError,
      ),
    listAfter: (filter, after, limit) =>
      list({ ...toWhere(filter), sequence: { gt: after } }, 'asc', limit).catch(rethrowDatabaseError),
  }
}

function toWhere({ actorId, targetId, action, from, until }: AuditFilter) {
  return {
    ...(actorId !== undefined && { actorId }),
    ...(targetId !== undefined && { targetId }),
    ...(action !== undefined && { action }),
    ...((from ?? until) !== undefined && {
      at: { ...(from !== undefined && { gte: new Date(from) }), ...(until !== undefined && { lt: new Date(until) }) },
    }),
  }
}

function toRow({ sequence, at, actor, target, before, after, ...rest }: AuditEntry) {
  return {
    ...rest,
    sequence: BigInt(sequence),
    at: new Date(at),
    actorKind: actor.kind,
    actorId: actor.id ?? null,
    targetKind: target?.kind ?? null,
    targetId: target?.id ?? null,
    beforeDigest: before ?? null,
    afterDigest: after ?? null,
  }
}

function toEntry(row: AuditRow): AuditEntry {
  const { sequence, at, actorKind: kind, actorId, action, targetKind, targetId, outcome, previousHash, hash } = row
  return AuditEntry.parse({
    sequence: Number(sequence),
    at: at.toISOString(),
    actor: { kind, ...(actorId !== null && { id: actorId }) },
    action,
    ...(targetKind !== null && targetId !== null && { target: { kind: targetKind, id: targetId } }),
    outcome,
    ...(row.address !== null && { address: row.address }),
    ...(row.requestId !== null && { requestId: row.requestId }),
    ...(row.beforeDigest !== null && { before: row.beforeDigest }),
    ...(row.afterDigest !== null && { after: row.afterDigest }),
    previousHash,
    hash,
  })
}
