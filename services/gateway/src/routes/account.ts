import { Account, auth, Password, Username } from '@parley/contracts'
import { z } from 'zod'
import { clientOf } from '../http/client-of.ts'
import { asking, serving, type Route } from './route.ts'

const tag = 'Account'
const Credentials = z.object({ username: Username, password: Password })
const Login = z.object({ username: z.string().min(1).max(64), password: z.string().min(1).max(256) })
const Token = z.object({
  token: z.string(),
  user_id: z.uuid(),
  expires_at: z.iso.datetime(),
})

/** OAuth 2.0 password form (RFC 6749, 4.3): what Swagger UI and older web clients send. */
const PasswordForm = Login.extend({
  grant_type: z.literal('password').optional(),
  scope: z.string().max(200).optional(),
})
const AccessToken = z.object({
  access_token: z.string(),
  token_type: z.literal('bearer'),
  expires_in: z.number().int(),
})

const open = { auth: 'none', rate: 'login', openBecause: 'one has no token before' } as const

export const accountRoutes: Route[] = [
  asking({
    ...open,
    method: 'post',
    path: '/auth/login',
    operationId: 'login',
    tag,
    summary: 'Log in with name and password (OAuth 2.0 password form)',
    body: PasswordForm,
    bodyKind: 'form',
    contract: auth.login,
    ask: ({ body: { username, password }, request }) => ({ username, password, client: clientOf(request) }),
    answer: {
      schema: AccessToken,
      from: ({ token, expiresAt }) => {
        const seconds = Math.floor((Date.parse(expiresAt) - Date.now()) / 1_000)
        return { access_token: token, token_type: 'bearer' as const, expires_in: seconds }
      },
    },
  }),
  asking({
    ...open,
    method: 'post',
    path: '/api/user/register',
    operationId: 'register',
    tag,
    summary: 'Open an account',
    envelope: 'companion',
    body: Credentials,
    contract: auth.register,
    ask: ({ body }) => body,
    answer: { schema: z.object({ user_id: z.uuid() }), from: ({ userId }) => ({ user_id: userId }) },
    status: 201,
  }),
  asking({
    ...open,
    method: 'post',
    path: '/api/user/login',
    operationId: 'loginUser',
    tag,
    summary: 'Log in with name and password',
    envelope: 'companion',
    body: Login,
    contract: auth.login,
    ask: ({ body, request }) => ({ ...body, client: clientOf(request) }),
    answer: {
      schema: Token,
      from: ({ token, expiresAt, person }) => ({ token, user_id: person.userId, expires_at: expiresAt }),
    },
  }),
  serving({
    method: 'post',
    path: '/api/user/logout',
    operationId: 'logout',
    tag,
    summary: 'End this session',
    auth: 'user',
    scope: 'account',
    envelope: 'companion',
    contract: auth.logout,
    answer: { schema: z.object({ ended: z.boolean() }) },
    handle: ({ bus, bearer, signal }) => bus.request(auth.logout, { token: bearer ?? '' }, { signal }),
  }),
  asking({
    method: 'get',
    path: '/api/user/me',
    operationId: 'me',
    tag,
    summary: 'Your account',
    auth: 'user',
    scope: 'account',
    envelope: 'companion',
    contract: auth.me,
    ask: () => ({}),
    answer: {
      schema: z.object({
        user_id: z.uuid(),
        username: z.string(),
        kind: Account.shape.kind,
        created_at: z.iso.datetime(),
      }),
      from: ({ userId, username, kind, createdAt }) => ({ user_id: userId, username, kind, created_at: createdAt }),
    },
  }),
]
