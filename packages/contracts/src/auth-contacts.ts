import { z } from 'zod'
import { Code, CodeRequest, CodeSent } from './auth-codes.ts'
import { Client } from './auth-sessions.ts'
import { Email, Phone } from './auth.ts'
import { request } from './contract.ts'

/** One's e-mail address and phone number. They count for logging in once they are verified; of several, the first. */
export const authContacts = {
  /** Keeps an address and sends it a link; sending it again is asking again. */
  setEmail: request('auth.v1.set-email', {
    input: z.object({ email: Email, client: Client }),
    output: z.object({}),
    timeoutMs: 5_000,
    access: 'user',
  }),
  /** The token of the link is the proof. */
  verifyEmail: request('auth.v1.verify-email', {
    input: z.object({ token: z.string().min(1).max(512) }),
    output: z.object({}),
    timeoutMs: 3_000,
  }),
  sendPhoneCode: request('auth.v1.send-phone-code', {
    input: CodeRequest.extend({ phone: Phone }),
    output: CodeSent,
    timeoutMs: 8_000,
    access: 'user',
  }),
  setPhone: request('auth.v1.set-phone', {
    input: z.object({ phone: Phone, code: Code }),
    output: z.object({}),
    timeoutMs: 3_000,
    access: 'user',
  }),
}
