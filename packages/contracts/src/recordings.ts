import { z } from 'zod'
import { request } from './contract.ts'
import { DeviceId } from './ids.ts'

/** Sound of one turn that was kept: what the user said, or one sentence of the answer. Ogg Opus. */
export const Recording = z.object({
  recordingId: z.uuid(),
  turnId: z.uuid(),
  deviceId: DeviceId,
  side: z.enum(['user', 'assistant']),
  durationMs: z.number().int(),
  size: z.number().int(),
  createdAt: z.iso.datetime(),
})
export type Recording = z.infer<typeof Recording>

/** What was recorded of the caller's turns, where the operator keeps recordings; nothing where they do not. */
export const recordings = {
  /** The newest first; `before` pages back. */
  listRecordings: request('audio.v1.list-recordings', {
    input: z.object({
      turnId: z.uuid().optional(),
      deviceId: DeviceId.optional(),
      before: z.uuid().optional(),
      limit: z.number().int().min(1).max(200),
    }),
    output: z.object({ recordings: z.array(Recording), before: z.uuid().optional() }),
    timeoutMs: 5_000,
    access: 'user',
  }),
  /** Where the sound is in the object store. */
  readRecording: request('audio.v1.read-recording', {
    input: z.object({ recordingId: z.uuid() }),
    output: z.object({ key: z.string() }),
    timeoutMs: 5_000,
    access: 'user',
  }),
  deleteRecording: request('audio.v1.delete-recording', {
    input: z.object({ recordingId: z.uuid() }),
    output: z.object({ deleted: z.number().int() }),
    timeoutMs: 10_000,
    access: 'user',
  }),
  /** Those of one turn, of one device, or (with neither) all. */
  deleteRecordings: request('audio.v1.delete-recordings', {
    input: z.object({ turnId: z.uuid().optional(), deviceId: DeviceId.optional() }),
    output: z.object({ deleted: z.number().int() }),
    timeoutMs: 30_000,
    access: 'user',
  }),
}
