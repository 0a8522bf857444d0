import { createHash } from 'node:crypto'
import type { AuditEntry, AuditNote, Identity } from '@parley/contracts'

/** What an entry is before it has its place in the chain. */
export type NewAuditEntry = Omit<AuditEntry, 'sequence' | 'previousHash' | 'hash'>

export type AuditFilter = {
  actorId?: string | undefined
  targetId?: string | undefined
  action?: string | undefined
  from?: string | undefined
  until?: string | undefined
}

export type AuditStore = {
  /** Puts an entry at the end of the chain; of two at the same time, one waits for the other. */
  append: (entry: NewAuditEntry, seal: (entry: Omit<AuditEntry, 'hash'>) => string) => Promise<AuditEntry>
  /** The newest that fit, those before `before`. */
  listBefore: (filter: AuditFilter, before: number | undefined, limit: number) => Promise<AuditEntry[]>
  /** The oldest that fit, those after `after`. */
  listAfter: (filter: AuditFilter, after: number, limit: number) => Promise<AuditEntry[]>
}

export type Audit = {
  /** Writes down what happened. @throws Problem `unavailable` when it cannot be written */
  note: (
    note: AuditNote,
    about: { identity: Identity | undefined; requestId?: string | undefined },
  ) => Promise<AuditEntry>
  list: (
    page: AuditFilter & { before?: number | undefined; limit: number },
  ) => Promise<{ entries: AuditEntry[]; before?: number }>
  export: (filter: AuditFilter) => AsyncGenerator<AuditEntry, void>
  check: () => Promise<{ entries: number; broken?: number }>
}

/** What stands before the first entry. */
export const beginning = '0'.repeat(64)
const pageSize = 500

/** The record of what happened: append-only, each entry sealed over all that came before it. */
export function createAudit({ store, now }: { store: AuditStore; now: () => Date }): Audit {
  async function* walk(filter: AuditFilter): AsyncGenerator<AuditEntry, void> {
    for (let after = 0; ;) {
      const page = await store.listAfter(filter, after, pageSize)
      yield* page
      const last = page.at(-1)
      if (!last || page.length < pageSize) return
      after = last.sequence
    }
  }

  return {
    note: ({ before, after, address, target, ...note }, { identity, requestId }) =>
      store.append(
        {
          at: now().toISOString(),
          actor: toActor(identity),
          ...note,
          ...(target && { target }),
          ...(address !== undefined && { address }),
          ...(requestId !== undefined && { requestId }),
          ...(before !== undefined && { before }),
          ...(after !== undefined && { after }),
        },
        sealOf,
      ),

    list: async ({ before, limit, ...filter }) => {
      const found = await store.listBefore(filter, before, limit + 1)
      const entries = found.slice(0, limit)
      const last = entries.at(-1)
      return { entries, ...(found.length > limit && last && { before: last.sequence }) }
    },

    export: walk,

    check: async () => {
      let entries = 0
      let previousHash = beginning
      for await (const { hash, ...entry } of walk({})) {
        entries++
        if (entry.previousHash !== previousHash || entry.sequence !== entries || sealOf(entry) !== hash)
          return { entries, broken: entry.sequence }
        previousHash = hash
      }
      return { entries }
    },
  }
}

function toActor(identity: Identity | undefined): AuditEntry['actor'] {
  if (!identity) return { kind: 'nobody' }
  return identity.kind === 'service'
    ? { kind: 'service', id: identity.service }
    : { kind: identity.kind, id: identity.userId }
}

/** SHA-256 over the entry's fields in a fixed order, the hash of the entry before among them. */
function sealOf({
  sequence,
  at,
  actor,
  action,
  target,
  outcome,
  address,
  requestId,
  before,
  after,
  previousHash,
}: Omit<AuditEntry, 'hash'>): string {
  const fields = [
    sequence,
    at,
    actor.kind,
    actor.id,
    action,
    target?.kind,
    target?.id,
    outcome,
    address,
    requestId,
    before,
    after,
    previousHash,
  ]
  return createHash('sha256')
    .update(JSON.stringify(fields.map((field) => field ?? null)))
    .digest('hex')
}
