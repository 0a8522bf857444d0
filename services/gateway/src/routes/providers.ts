import { authIdentities, ProviderName, type Begun } from '@parley/contracts'
import { z } from 'zod'
import { LoginView, LoginWish, Nothing, toLoginView, toWish } from './logins.ts'
import { asking, type Route } from './route.ts'

const tag = 'Account'
const open = {
  tag,
  auth: 'none',
  rate: 'login',
  envelope: 'companion',
  openBecause: 'one has no token before',
} as const
const own = { tag, auth: 'user', scope: 'account', rate: 'login', envelope: 'companion' } as const
const done = { schema: Nothing, from: () => ({}) }

const One = z.object({ provider: ProviderName })
const Begin = z.object({ redirect_uri: z.string().max(2_048).optional() })
const BegunView = z.object({
  ticket: z.string(),
  state: z.string(),
  nonce: z.string(),
  expires_at: z.iso.datetime(),
  url: z.string().optional(),
})
const Answer = z.object({
  ticket: z.string().max(512).optional(),
  state: z.string().max(512).optional(),
  code: z.string().min(1).max(4_096),
  id_token: z.string().max(16_384).optional(),
})

function toBegunView({ expiresAt, ...begun }: Begun): z.input<typeof BegunView> {
  return { ...begun, expires_at: expiresAt }
}

function toAnswer({ provider }: z.output<typeof One>, answer: z.output<typeof Answer>) {
  const { ticket, state, code, id_token: idToken } = answer
  return { provider, ticket, state, code, idToken }
}

/** Logging in with an account somewhere else, and linking it. Nothing here is in an address that is logged. */
export const providerRoutes: Route[] = [
  asking({
    ...open,
    rate: 'general',
    method: 'get',
    path: '/api/user/providers',
    operationId: 'listProviders',
    summary: 'Where one may have an account to log in with',
    contract: authIdentities.listProviders,
    ask: () => ({}),
    answer: {
      schema: z.object({ providers: z.array(ProviderName) }),
      from: ({ providers }) => ({ providers: providers.map(({ provider }) => provider) }),
    },
  }),
  asking({
    ...open,
    method: 'post',
    path: '/api/user/providers/:provider/begin',
    operationId: 'beginProviderLogin',
    summary: 'Begin to log in there: where to go, and what to come back with',
    params: One,
    body: Begin,
    contract: authIdentities.beginProviderLogin,
    ask: ({ params, body }) => ({ ...params, redirectUri: body.redirect_uri }),
    answer: { schema: BegunView, from: toBegunView },
  }),
  asking({
    ...open,
    method: 'post',
    path: '/api/user/providers/:provider/login',
    operationId: 'loginByProvider',
    summary: 'Log in with what the provider gave; the first time opens an account',
    params: One,
    body: Answer.extend(LoginWish.shape),
    contract: authIdentities.loginByProvider,
    ask: ({ params, body, request }) => ({ ...toAnswer(params, body), ...toWish(body, request) }),
    answer: { schema: LoginView, from: toLoginView },
  }),
  asking({
    ...own,
    rate: 'general',
    method: 'get',
    path: '/api/user/identities',
    operationId: 'listLinks',
    summary: 'Which accounts elsewhere are linked to yours',
    contract: authIdentities.listLinks,
    ask: () => ({}),
    answer: {
      schema: z.object({ identities: z.array(z.object({ provider: ProviderName, linked_at: z.iso.datetime() })) }),
      from: ({ links }) => ({
        identities: links.map(({ provider, linkedAt }) => ({ provider, linked_at: linkedAt })),
      }),
    },
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/user/identities/begin',
    operationId: 'beginLink',
    summary: 'Begin to link an account elsewhere to yours',
    body: One.extend(Begin.shape),
    contract: authIdentities.beginLink,
    ask: ({ body: { provider, redirect_uri: redirectUri } }) => ({ provider, redirectUri }),
    answer: { schema: BegunView, from: toBegunView },
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/user/identities/link',
    operationId: 'link',
    summary: 'Link it, with what the provider gave',
    body: One.extend(Answer.shape),
    contract: authIdentities.link,
    ask: ({ body }) => toAnswer(body, body),
    answer: done,
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/user/identities/unlink',
    operationId: 'unlink',
    summary: 'Take it away again; never the last way in',
    body: One,
    contract: authIdentities.unlink,
    ask: ({ body }) => body,
    answer: done,
  }),
]
