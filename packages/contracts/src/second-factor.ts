import { z } from 'zod'

/** Ways to show that one is who the password says; `recovery` is a code that was written down. */
export const SecondFactor = z.enum(['totp', 'sms', 'email', 'recovery'])
export type SecondFactor = z.infer<typeof SecondFactor>

/** What a login gives instead of a token to somebody with a second factor: good for answering it, and nothing else. */
export const Challenge = z.object({ token: z.string(), expiresAt: z.iso.datetime(), methods: z.array(SecondFactor) })
export type Challenge = z.infer<typeof Challenge>
