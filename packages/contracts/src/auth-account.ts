import { z } from 'zod'
import { event, request, stream } from './contract.ts'
import { Language, TimeZone } from './ids.ts'
import { serviceNames } from './health.ts'

const ObjectKey = z.string().min(1).max(200)

/** What somebody says of themselves. */
export const ProfileChanges = z.object({
  displayName: z.string().trim().min(1).max(64).nullable().optional(),
  language: Language.nullable().optional(),
  timeZone: TimeZone.nullable().optional(),
})
export type ProfileChanges = z.infer<typeof ProfileChanges>

/** Something of a person's, as it is handed out to them. */
export const ExportItem = z.object({ kind: z.string(), data: z.record(z.string(), z.unknown()) })
export type ExportItem = z.infer<typeof ExportItem>

/** How much of what a service had of a person is gone. */
export const ErasedCounts = z.record(z.string(), z.number().int().min(0))
export type ErasedCounts = z.infer<typeof ErasedCounts>

/** Who has to say that nothing of a person is left; auth itself comes last. */
export const erasingServices = [
  'audio',
  'billing',
  'chat-llm',
  'device-hub',
  'gateway',
  'rtc-proxy',
] as const satisfies (typeof serviceNames)[number][]

/** What becomes of an account that is deleted: the receipt. */
export const Erasure = z.object({
  erasureId: z.uuid(),
  requestedAt: z.iso.datetime(),
  /** When nothing was left. */
  finishedAt: z.iso.datetime().optional(),
  /** By service. */
  erased: z.record(z.string(), ErasedCounts),
})
export type Erasure = z.infer<typeof Erasure>

/** One's account as a thing of one's own: profile, files, taking it along, and its end. */
export const authAccount = {
  updateProfile: request('auth.v1.update-profile', {
    input: ProfileChanges,
    output: z.object({}),
    timeoutMs: 3_000,
    access: 'user',
  }),
  /** `null` is none; gives the one before, which nobody needs any more. */
  setAvatar: request('auth.v1.set-avatar', {
    input: z.object({ key: ObjectKey.nullable() }),
    output: z.object({ before: ObjectKey.optional() }),
    timeoutMs: 3_000,
    access: 'user',
  }),
  /** Notes that a file in the object store is the caller's. */
  keepFile: request('auth.v1.keep-file', {
    input: z.object({ key: ObjectKey }),
    output: z.object({}),
    timeoutMs: 3_000,
    access: 'user',
  }),
  /** The files of somebody, their avatar among them. */
  listFiles: request('auth.v1.list-files', {
    input: z.object({ userId: z.uuid(), after: ObjectKey.optional(), limit: z.number().int().min(1).max(1_000) }),
    output: z.object({ keys: z.array(ObjectKey) }),
    timeoutMs: 5_000,
  }),
  /** All that auth knows of the caller. */
  exportAccount: stream('auth.v1.export-account', {
    input: z.object({}),
    chunk: ExportItem,
    idleMs: 8_000,
    access: 'user',
  }),
  /**
   * Begins to delete the caller's account: nobody logs in from now on. It takes the password, where there is one, and a second
   * factor that was shown just now, where there is one; without either, a session that has just begun.
   */
  deleteAccount: request('auth.v1.delete-account', {
    input: z.object({ password: z.string().min(1).max(256).optional() }),
    output: Erasure,
    timeoutMs: 8_000,
    access: 'user',
  }),
  /** The receipt, for whoever knows its id. */
  readErasure: request('auth.v1.read-erasure', {
    input: z.object({ erasureId: z.uuid() }),
    output: Erasure,
    timeoutMs: 3_000,
  }),
  /** Said again until every service has answered it. */
  erasing: event('auth.v1.erasing', z.object({ erasureId: z.uuid(), userId: z.uuid() })),
  /** The calling service has nothing of that person's any more. May be repeated. */
  noteErased: request('auth.v1.note-erased', {
    input: z.object({ erasureId: z.uuid(), erased: ErasedCounts }),
    output: z.object({}),
    timeoutMs: 5_000,
  }),
}
