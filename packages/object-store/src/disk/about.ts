import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { ifThere } from './on-disk.ts'

/** What is kept beside the bytes of an object. */
export const About = z.object({
  contentType: z.string(),
  etag: z.string(),
  metadata: z.record(z.string(), z.string()),
})
export type About = z.infer<typeof About>

export async function readAbout(path: string): Promise<About | undefined> {
  const text = await ifThere(readFile(path, 'utf8'))
  return text === undefined ? undefined : About.parse(JSON.parse(text))
}
