import { auth, Password, Username } from '@parley/contracts'
import { z } from 'zod'
import { asking, PageLimit, type Route } from './route.ts'

const tag = 'Administration'

export const adminRoutes: Route[] = [
  asking({
    method: 'post',
    path: '/api/v1/setup',
    operationId: 'setUp',
    tag,
    summary: 'Make the first administrator, with the token of the one-time link',
    auth: 'none',
    openBecause: 'there is nobody yet; the token is the proof',
    rate: 'login',
    body: z.object({ token: z.string().min(1).max(512), username: Username, password: Password }),
    contract: auth.setUp,
    ask: ({ body }) => body,
    status: 201,
  }),
  asking({
    method: 'get',
    path: '/api/v1/admin/users',
    operationId: 'listUsers',
    tag,
    summary: 'Every account, newest first',
    auth: 'admin',
    scope: 'admin',
    query: z.object({ before: z.uuid().optional(), limit: PageLimit }),
    contract: auth.listUsers,
    ask: ({ query }) => query,
  }),
]
