import { authPasswords, Code, Email, Password, Phone } from '@parley/contracts'
import { z } from 'zod'
import { clientOf } from '../http/client-of.ts'
import { Nothing } from './logins.ts'
import { asking, type Route } from './route.ts'

const tag = 'Account'
const open = { tag, auth: 'none', rate: 'login', envelope: 'companion' } as const
const done = { schema: Nothing, from: () => ({}) }

const Forgot = z
  .object({ email: Email.optional(), phone: Phone.optional() })
  .refine(({ email, phone }) => (email === undefined) !== (phone === undefined), 'either email or phone')

const Reset = z
  .object({
    token: z.string().min(1).max(512).optional(),
    phone: Phone.optional(),
    code: Code.optional(),
    password: Password,
  })
  .refine(
    ({ token, phone, code }) => (token === undefined) === (phone !== undefined && code !== undefined),
    'either token, or phone and code',
  )

export const passwordRoutes: Route[] = [
  asking({
    tag,
    auth: 'user',
    scope: 'account',
    rate: 'login',
    envelope: 'companion',
    method: 'post',
    path: '/api/user/password',
    operationId: 'changePassword',
    summary: 'Change your password, or set one where there is none; your other sessions end',
    body: z.object({ current: z.string().max(256).optional(), password: Password }),
    contract: authPasswords.changePassword,
    ask: ({ body }) => body,
    answer: done,
  }),
  asking({
    ...open,
    method: 'post',
    path: '/api/user/password/forgot',
    operationId: 'forgotPassword',
    summary: 'Send a link or a code for a new password; the same answer for an address or number that nobody has',
    openBecause: 'whoever forgot a password has no token',
    body: Forgot,
    contract: authPasswords.forgotPassword,
    ask: ({ body: { email, phone = '' }, request }) => ({
      to: email === undefined ? { phone } : { email },
      client: clientOf(request),
    }),
    answer: done,
    status: 202,
  }),
  asking({
    ...open,
    method: 'post',
    path: '/api/user/password/reset',
    operationId: 'resetPassword',
    summary: 'Set a new password with the token of the link, or with phone and code; all sessions end',
    openBecause: 'the token or the code is the proof',
    body: Reset,
    contract: authPasswords.resetPassword,
    ask: ({ body: { token, phone = '', code = '', password } }) => ({
      proof: token === undefined ? { phone, code } : { token },
      password,
    }),
    answer: done,
  }),
]
