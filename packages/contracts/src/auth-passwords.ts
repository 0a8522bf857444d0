import { z } from 'zod'
import { Code } from './auth-codes.ts'
import { Client } from './auth-sessions.ts'
import { Email, Password, Phone } from './auth.ts'
import { request } from './contract.ts'

const Proof = z.union([z.object({ token: z.string().min(1).max(512) }), z.object({ phone: Phone, code: Code })])

/** Changing a password, and getting in again without it. */
export const authPasswords = {
  /** Needs the password in use, where there is one, and ends all other sessions. */
  changePassword: request('auth.v1.change-password', {
    input: z.object({ current: z.string().max(256).optional(), password: Password }),
    output: z.object({}),
    timeoutMs: 5_000,
    access: 'user',
  }),
  /** Sends a link, or a code by SMS, to a verified address or number. The same answer for one that nobody has. */
  forgotPassword: request('auth.v1.forgot-password', {
    input: z.object({ to: z.union([z.object({ email: Email }), z.object({ phone: Phone })]), client: Client }),
    output: z.object({}),
    timeoutMs: 5_000,
  }),
  /** Sets a password with what was sent, and ends all sessions. */
  resetPassword: request('auth.v1.reset-password', {
    input: z.object({ proof: Proof, password: Password }),
    output: z.object({}),
    timeoutMs: 5_000,
  }),
}
