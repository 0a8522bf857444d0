import { z } from 'zod'
import { request, stream } from './contract.ts'

/** Somebody whose voice is known. */
export const Voiceprint = z.object({
  voiceprintId: z.uuid(),
  /** What the conversation calls them. */
  name: z.string(),
  /** How many samples it was made of. */
  samples: z.number().int(),
  createdAt: z.iso.datetime(),
})
export type Voiceprint = z.infer<typeof Voiceprint>

const EnrolPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('more'), bytes: z.number().int().min(1) }),
  z.object({ type: z.literal('enrolled'), voiceprint: Voiceprint }),
])

/** The people whom the caller's devices tell apart. A place without an engine for that says `conflict`. */
export const voiceprints = {
  /** Learns a voice from a sound file, which comes on `audio.up` as with `transcribeFile`; another sample under the same name makes it surer. */
  enrolVoiceprint: stream('audio.v1.enrol-voiceprint', {
    input: z.object({ transcriptionId: z.uuid(), name: z.string().trim().min(1).max(64) }),
    chunk: EnrolPart,
    idleMs: 15_000,
    access: 'user',
  }),
  listVoiceprints: request('audio.v1.list-voiceprints', {
    input: z.object({}),
    output: z.object({ voiceprints: z.array(Voiceprint) }),
    timeoutMs: 5_000,
    access: 'user',
  }),
  deleteVoiceprint: request('audio.v1.delete-voiceprint', {
    input: z.object({ voiceprintId: z.uuid() }),
    output: z.object({ deleted: z.boolean() }),
    timeoutMs: 5_000,
    access: 'user',
  }),
}
