import { parseAs } from '@parley/contracts'
import { z } from 'zod'
import type { NewObject } from './object-store.ts'

const mostMetadataBytes = 2_048
/** What one PutObject of OSS takes. */
const mostBytes = 5 * 1024 ** 3

const Metadata = z
  .record(z.string().regex(/^[a-z][\da-z-]{0,31}$/), z.string())
  .refine((metadata) => encodeURIComponent(Object.entries(metadata).join()).length <= mostMetadataBytes, {
    error: `is more than ${mostMetadataBytes} bytes`,
  })

const About = z.object({
  retention: z.enum(['permanent', 'temporary']),
  name: z.string().max(1_024),
  contentType: z
    .string()
    .max(255)
    .regex(/^[\w.+-]+\/[\w.+-]+(?:; ?[\w.+-]+=[\w.+-]+)*$/),
  metadata: Metadata.default({}),
  maxBytes: z.int().min(0).max(mostBytes).default(mostBytes),
})

export type AboutObject = z.infer<typeof About>

/** What a new object is like, with its defaults. @throws Problem `bad-request` that names the field */
export function readNewObject(object: NewObject): AboutObject {
  return parseAs(About, object, 'The object')
}
