import { Problem } from '@parley/contracts'
import { z } from 'zod'
import { definePlugin } from '../extensions/plugin.ts'

/** What a picture that somebody has uploaded shows. */
export default definePlugin({
  name: 'read_picture',
  description:
    'Finds out what a picture shows that the user has uploaded: what it is about, the things or the text in it.',
  input: z.object({
    file: z.string().trim().min(1).max(200).describe('The key of the file, as the user gives it'),
    wanted: z.enum(['tags', 'scene', 'objects', 'text']).default('tags'),
  }),
  // The words in it are somebody's.
  outside: true,
  timeoutMs: 15_000,
  open: (_settings, { pictures }) =>
    pictures.reads
      ? {
          offered: ({ turn }) => turn.ownerId !== undefined,
          run: async ({ file, wanted }, { turn: { ownerId }, signal }) => {
            if (ownerId === undefined) throw new Problem('bad-request', 'Only for somebody with an account.')
            return pictures.read(ownerId, file, wanted, signal)
          },
        }
      : undefined,
})
