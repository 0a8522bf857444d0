import { Problem } from '@parley/contracts'
import { z } from 'zod'
import { definePlugin } from '../extensions/plugin.ts'

const shapes = { square: [1_024, 1_024], wide: [1_536, 1_024], tall: [1_024, 1_536] } as const

/** Draws for somebody who types in an app: a device has no place for a picture. */
export default definePlugin({
  name: 'draw_picture',
  description: 'Draws a picture by a description, when the user asks for one.',
  input: z.object({
    description: z.string().trim().min(1).max(2_000).describe('What is to be seen, in detail, in English'),
    shape: z.enum(['square', 'wide', 'tall']).default('square'),
  }),
  timeoutMs: 120_000,
  open: (_settings, { pictures }) =>
    pictures.draws
      ? {
          offered: ({ turn }) => turn.deviceId === undefined && turn.ownerId !== undefined,
          run: async ({ description: prompt, shape }, { turn: { ownerId }, signal }) => {
            if (ownerId === undefined) throw new Problem('bad-request', 'Only for somebody with an account.')
            const [width, height] = shapes[shape]
            const link = await pictures.draw(ownerId, { prompt, width, height, count: 1 }, signal)
            return `It is drawn. Show it as Markdown: ![picture](${link})`
          },
        }
      : undefined,
})
