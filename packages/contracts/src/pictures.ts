import { z } from 'zod'
import { request, stream } from './contract.ts'

/** What of a picture is wanted: what it is about, where it was taken, the things in it, the words in it, whether it is fit to be shown. */
export const PictureAspect = z.enum(['tags', 'scene', 'objects', 'text', 'moderation'])
export type PictureAspect = z.infer<typeof PictureAspect>

/** Between 0 and 1. */
const Confidence = z.number().min(0).max(1)

/** What was found; only what belongs to the aspect is there. */
export const PictureFindings = z.object({
  aspect: PictureAspect,
  provider: z.string(),
  /** Of `tags` and `scene`, and why for `moderation`. */
  labels: z.array(z.object({ name: z.string(), confidence: Confidence })).optional(),
  /** Boxes in pixels of the picture. */
  objects: z
    .array(
      z.object({
        name: z.string(),
        confidence: Confidence,
        box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).optional(),
      }),
    )
    .optional(),
  text: z.string().optional(),
  verdict: z.enum(['pass', 'review', 'block']).optional(),
})
export type PictureFindings = z.infer<typeof PictureFindings>

export const DrawInput = z.object({
  prompt: z.string().trim().min(1).max(4_000),
  /** What is not to be in it, where the provider can be told. */
  avoid: z.string().trim().max(2_000).optional(),
  width: z.number().int().min(64).max(2_048).default(1_024),
  height: z.number().int().min(64).max(2_048).default(1_024),
  count: z.number().int().min(1).max(4).default(1),
})
export type DrawInput = z.infer<typeof DrawInput>

/** A picture in the object store, for a day at least. */
export const DrawnPicture = z.object({ key: z.string(), contentType: z.string() })
export type DrawnPicture = z.infer<typeof DrawnPicture>

export const pictures = {
  /** What a picture in the object store shows. `unavailable` where nothing is set up that sees. */
  analysePicture: request('chat.v1.analyse-picture', {
    input: z.object({ imageKey: z.string().min(1).max(200), aspect: PictureAspect }),
    output: PictureFindings,
    timeoutMs: 15_000,
    access: 'user',
  }),
  /** Pictures by a description, all in one chunk: a stream, because it takes long, and ends when nobody waits any more. */
  drawPicture: stream('chat.v1.draw-picture', {
    input: DrawInput,
    chunk: z.object({ provider: z.string(), model: z.string(), pictures: z.array(DrawnPicture) }),
    idleMs: 8_000,
    access: 'user',
  }),
}
