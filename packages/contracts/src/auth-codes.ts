import { z } from 'zod'
import { Client, Login, loginWishes } from './auth-sessions.ts'
import { Phone } from './auth.ts'
import { request } from './contract.ts'

/** Six digits, good for five minutes and for one use. */
export const Code = z.string().regex(/^\d{6}$/, 'the six digits of the code')

/** What a client says to get a code sent. */
export const CodeRequest = z.object({
  client: Client,
  /** What a captcha gave; only asked for after several codes to one address. */
  captcha: z.string().max(4_096).optional(),
  /** A repeated request with the same one sends nothing again. */
  idempotencyKey: z.string().min(1).max(128).optional(),
})
export type CodeRequest = z.infer<typeof CodeRequest>

export const CodeSent = z.object({ expiresInS: z.number().int(), retryAfterS: z.number().int() })

/** Logging in by a code that is sent to one's phone. */
export const authCodes = {
  /** The same answer whether the number is known or not. */
  sendLoginCode: request('auth.v1.send-login-code', {
    input: CodeRequest.extend({ phone: Phone }),
    output: CodeSent,
    timeoutMs: 8_000,
  }),
  /** Whoever comes for the first time gets an account. */
  loginByCode: request('auth.v1.login-by-code', {
    input: z.object({ phone: Phone, code: Code, ...loginWishes }),
    output: Login,
    timeoutMs: 5_000,
  }),
}
