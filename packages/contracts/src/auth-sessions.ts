import { z } from 'zod'
import { Person } from './identity.ts'

/** Where somebody logs in from: what the edge saw, and what the app calls itself. */
export const Client = z.object({
  userAgent: z.string().max(512).optional(),
  address: z.string().max(64).optional(),
  device: z.string().max(64).optional(),
})
export type Client = z.infer<typeof Client>

/** What every login may say beside its proof. */
export const loginWishes = { client: Client.optional() }

/** What every way of logging in gives; somebody with a second factor gets Problem `second-factor-required` first. */
export const Login = z.object({ token: z.string(), expiresAt: z.iso.datetime(), person: Person })
export type Login = z.infer<typeof Login>
