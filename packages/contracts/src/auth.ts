import { z } from 'zod'
import { event, request } from './contract.ts'

/** Who a bearer is. */
export const Principal = z.object({ userId: z.uuid(), kind: z.enum(['user', 'admin']), sessionId: z.uuid() })
export type Principal = z.infer<typeof Principal>

export const Username = z.string().regex(/^[A-Za-z0-9_.-]{3,32}$/, '3 to 32 letters, digits, "_", "." or "-"')
export const Password = z.string().min(8, 'at least 8 characters').max(256)

export const auth = {
  register: request('auth.v1.register', {
    input: z.object({ username: Username, password: Password }),
    output: z.object({ userId: z.uuid() }),
    timeoutMs: 5_000,
  }),
  /** Trades a password for an opaque token. The same answer for an unknown name and a wrong password. */
  login: request('auth.v1.login', {
    input: z.object({ username: z.string().min(1).max(64), password: z.string().min(1).max(256) }),
    output: z.object({ token: z.string(), expiresAt: z.iso.datetime(), principal: Principal }),
    timeoutMs: 5_000,
  }),
  verify: request('auth.v1.verify', {
    input: z.object({ token: z.string().min(1).max(512) }),
    output: z.object({ principal: Principal }),
    timeoutMs: 2_000,
  }),
  logout: request('auth.v1.logout', {
    input: z.object({ token: z.string().min(1).max(512) }),
    output: z.object({ ended: z.boolean() }),
    timeoutMs: 2_000,
  }),
  sessionRevoked: event('auth.v1.session-revoked', z.object({ sessionId: z.uuid(), userId: z.uuid() })),
}
