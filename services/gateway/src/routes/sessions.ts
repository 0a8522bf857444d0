import { authKeys, authSessions, NewApiKey } from '@parley/contracts'
import { z } from 'zod'
import { asking, type Route } from './route.ts'

const own = { tag: 'Account', auth: 'user', scope: 'account' } as const
const keys = { ...own, tag: 'API keys' } as const

export const sessionRoutes: Route[] = [
  asking({
    ...own,
    method: 'get',
    path: '/api/v1/sessions',
    operationId: 'listSessions',
    summary: 'Where you are logged in',
    contract: authSessions.listSessions,
    ask: () => ({}),
  }),
  asking({
    ...own,
    method: 'delete',
    path: '/api/v1/sessions/:sessionId',
    operationId: 'endSession',
    summary: 'Log out somewhere',
    owned: true,
    params: z.object({ sessionId: z.uuid() }),
    contract: authSessions.endSession,
    ask: ({ params }) => params,
  }),
  asking({
    ...own,
    method: 'delete',
    path: '/api/v1/sessions',
    operationId: 'endSessions',
    summary: 'Log out everywhere; `keep_current=true` leaves this session',
    query: z.object({ keep_current: z.stringbool().default(false) }),
    contract: authSessions.endSessions,
    ask: ({ query }) => ({ keepCurrent: query.keep_current }),
  }),
  asking({
    ...keys,
    method: 'post',
    path: '/api/v1/keys',
    operationId: 'createKey',
    summary: 'Make a key for a program; it is shown this once',
    body: NewApiKey,
    contract: authKeys.createKey,
    ask: ({ body }) => body,
    status: 201,
  }),
  asking({
    ...keys,
    method: 'get',
    path: '/api/v1/keys',
    operationId: 'listKeys',
    summary: 'Your keys',
    contract: authKeys.listKeys,
    ask: () => ({}),
  }),
  asking({
    ...keys,
    method: 'delete',
    path: '/api/v1/keys/:keyId',
    operationId: 'revokeKey',
    summary: 'Revoke a key',
    owned: true,
    params: z.object({ keyId: z.uuid() }),
    contract: authKeys.revokeKey,
    ask: ({ params }) => params,
  }),
]
