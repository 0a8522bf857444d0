import { z } from 'zod'
import { request, stream } from './contract.ts'

const Name = z.string().min(1).max(128)
const Digest = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal')

/** What a service has seen happen. Who did it is the identity of the call; nobody's words belong in here. */
export const AuditNote = z.object({
  /** Such as `device.bound`: what it happened to, and what. */
  action: z
    .string()
    .regex(/^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/, 'a name such as device.bound')
    .max(64),
  target: z.object({ kind: Name, id: Name }).optional(),
  /** `done`, or the code of the problem that it ended with. */
  outcome: z.string().min(1).max(64).default('done'),
  address: z.string().max(64).optional(),
  /** SHA-256 of what was changed, before and after. */
  before: Digest.optional(),
  after: Digest.optional(),
})
export type AuditNote = z.infer<typeof AuditNote>

/** One entry of the chain. */
export const AuditEntry = z.object({
  sequence: z.number().int(),
  at: z.iso.datetime(),
  actor: z.object({ kind: z.enum(['user', 'admin', 'service', 'nobody']), id: z.string().optional() }),
  action: z.string(),
  target: z.object({ kind: z.string(), id: z.string() }).optional(),
  outcome: z.string(),
  address: z.string().optional(),
  requestId: z.string().optional(),
  before: z.string().optional(),
  after: z.string().optional(),
  previousHash: z.string(),
  hash: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

const Filter = z.object({
  actorId: Name.optional(),
  targetId: Name.optional(),
  action: Name.optional(),
  /** From this time on, and before that one. */
  from: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
})

export const audit = {
  note: request('audit.v1.note', {
    input: AuditNote,
    output: z.object({ sequence: z.number().int() }),
    timeoutMs: 5_000,
  }),
  /** The newest entries that fit, those before `before`. */
  list: request('audit.v1.list', {
    input: Filter.extend({ before: z.number().int().min(1).optional(), limit: z.number().int().min(1).max(200) }),
    output: z.object({ entries: z.array(AuditEntry), before: z.number().int().optional() }),
    timeoutMs: 5_000,
    access: 'admin',
  }),
  /** Everything that fits, oldest first. */
  export: stream('audit.v1.export', { input: Filter, chunk: AuditEntry, idleMs: 8_000, access: 'admin' }),
  /** Whether the chain is whole; else where it first is not. */
  check: request('audit.v1.check', {
    input: z.object({}),
    output: z.object({ entries: z.number().int(), broken: z.number().int().optional() }),
    timeoutMs: 30_000,
    access: 'admin',
  }),
}
