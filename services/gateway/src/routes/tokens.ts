import { auth, authSessions, BearerToken, PublicKey, TokenKind, type Login } from '@parley/contracts'
import { z } from 'zod'
import { clientOf } from '../http/client-of.ts'
import { personOf, serving, type Exchange, type Route } from './route.ts'

const tag = 'Account'

/** OAuth 2.0 (RFC 6749), 4.3 and 6: name and password, or a refresh token. */
const Grant = z
  .object({
    grant_type: z.enum(['password', 'refresh_token']),
    username: z.string().min(1).max(64).optional(),
    password: z.string().min(1).max(256).optional(),
    refresh_token: z.string().min(1).max(512).optional(),
    /** What the app calls the device it runs on, for the list of sessions. */
    device: z.string().max(64).optional(),
    token_kind: TokenKind.default('jwt'),
  })
  .superRefine(({ grant_type, username, password, refresh_token }, context) => {
    const needed = grant_type === 'password' ? { username, password } : { refresh_token }
    for (const [name, value] of Object.entries(needed))
      if (value === undefined) context.addIssue({ code: 'custom', path: [name], message: `${grant_type} needs it` })
  })

const Tokens = z.object({
  access_token: BearerToken,
  token_type: z.literal('Bearer'),
  expires_in: z.number().int(),
  scope: z.string(),
  refresh_token: z.string().optional(),
  refresh_expires_in: z.number().int().optional(),
})

export type TokenRoutesSettings = { accessKeys: () => Promise<PublicKey[]> }

export function tokenRoutes({ accessKeys }: TokenRoutesSettings): Route[] {
  return [
    serving({
      method: 'post',
      path: '/api/v1/auth/tokens',
      operationId: 'createTokens',
      tag,
      summary: 'A JWT and a refresh token, for name and password or for the refresh token before',
      auth: 'none',
      openBecause: 'the password, or the refresh token, is the proof',
      rate: 'login',
      body: Grant,
      bodyKind: 'json-or-form',
      contract: authSessions.refresh,
      answer: { schema: Tokens },
      handle: async (exchange) => {
        exchange.response.setHeader('Cache-Control', 'no-store')
        return toTokens(await begin(exchange))
      },
    }),
    serving({
      method: 'get',
      path: '/api/v1/auth/token',
      operationId: 'readToken',
      tag,
      summary: 'What the token is that this request comes with',
      auth: 'user',
      scope: 'account',
      answer: {
        schema: z.object({
          userId: z.uuid(),
          sessionId: z.uuid(),
          kind: z.enum(['user', 'admin']),
          scopes: z.array(z.string()),
        }),
      },
      handle: async (exchange) => personOf(exchange),
    }),
    serving({
      method: 'get',
      path: '/.well-known/jwks.json',
      operationId: 'readKeys',
      tag,
      summary: 'The public keys that JWTs are verified with (RFC 7517)',
      auth: 'none',
      openBecause: 'whoever verifies a token needs them',
      answer: { schema: z.object({ keys: z.array(PublicKey) }) },
      handle: async ({ response }) => {
        response.setHeader('Cache-Control', 'public, max-age=300')
        return { keys: await accessKeys() }
      },
    }),
  ]
}

type Grant = z.output<typeof Grant>

async function begin({ bus, body, request, signal }: Exchange<unknown, unknown, Grant>): Promise<Login> {
  const { username = '', password = '', refresh_token: refreshToken = '', device, token_kind: tokenKind } = body
  const client = clientOf(request, device)
  if (body.grant_type === 'refresh_token')
    return bus.request(authSessions.refresh, { refreshToken, client }, { signal })
  return bus.request(auth.login, { username, password, client, tokenKind }, { signal })
}

function toTokens({ token, expiresAt, person, refresh }: Login): z.input<typeof Tokens> {
  return {
    access_token: token,
    token_type: 'Bearer',
    expires_in: secondsTo(expiresAt),
    scope: person.scopes.join(' '),
    ...(refresh && { refresh_token: refresh.token, refresh_expires_in: secondsTo(refresh.expiresAt) }),
  }
}

function secondsTo(time: string): number {
  return Math.max(0, Math.floor((Date.parse(time) - Date.now()) / 1_000))
}
