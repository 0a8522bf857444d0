import { createHash } from 'node:crypto'
import { Problem } from '@parley/contracts'
import { createVendorFetch, type Secret } from '@parley/service-kit'
import { z } from 'zod'
import type { ExternalPerson, IdentityProvider } from '../../domain/identities.ts'
import { createAsk, notAccepted, readAnswer } from '../vendor-answers.ts'
import { createVerifyIdToken, type VerifyIdToken } from './id-tokens.ts'

export type OidcSettings = {
  name: string
  issuer: string
  clientId: string
  /** Clients that cannot keep one have none: PKCE stands in for it. */
  clientSecret: Secret | undefined
  redirectUris: [string, ...string[]]
  scopes: string[]
  /** Whether an address that it calls verified may lead to the account that has verified it here. */
  trustEmail: boolean
  timeoutMs: number
  now: () => Date
  fetch?: typeof fetch
}

const Discovery = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
})
const Tokens = z.object({ id_token: z.string().max(16_384) })
const Email = z.email().max(254)
const discoveryLifeMs = 3_600_000

type Discovered = z.infer<typeof Discovery> & { verify: VerifyIdToken }

/**
 * Any OpenID Connect provider: the authorization code flow with PKCE (S256), state and nonce, its endpoints and keys by
 * discovery.
 */
export function createOidcProvider(settings: OidcSettings): IdentityProvider {
  const { name, issuer, clientId, clientSecret, redirectUris, scopes, trustEmail, timeoutMs, now } = settings
  const { fetch = createVendorFetch() } = settings
  const ask = createAsk({ fetch, timeoutMs, who: name })
  let known: { discovered: Promise<Discovered>; until: number } | undefined

  async function discover(): Promise<Discovered> {
    const { status, body } = await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
    if (status !== 200) throw new Problem('provider-failed', `${name} does not tell where it is (${status})`)
    const found = readAnswer(Discovery, body, name)
    if (found.issuer !== issuer) throw new Problem('provider-failed', `${name} calls itself by another name`)
    const verify = createVerifyIdToken({
      who: name,
      issuer,
      audiences: [clientId],
      jwksUri: found.jwks_uri,
      timeoutMs,
      now,
      fetch,
    })
    return { ...found, verify }
  }

  function discovered(): Promise<Discovered> {
    if (known && known.until > now().getTime()) return known.discovered
    const asked = discover()
    known = { discovered: asked, until: now().getTime() + discoveryLifeMs }
    asked.catch(() => (known = undefined))
    return asked
  }

  async function trade(code: string, verifier: string, redirectUri = ''): Promise<string> {
    const { token_endpoint: url, token_endpoint_auth_methods_supported: methods } = await discovered()
    const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
    const { headers, fields } = authenticate(clientId, clientSecret?.reveal(), methods)
    const body = new URLSearchParams({ ...form, ...fields }).toString()
    const type = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
    const answer = await ask(url, { method: 'POST', headers: { ...type, ...headers }, body })
    if (answer.status === 200) return readAnswer(Tokens, answer.body, name).id_token
    const { error } = (answer.body ?? {}) as { error?: unknown }
    if (error === 'invalid_grant') throw notAccepted(name, 'invalid_grant')
    throw new Problem('provider-failed', `${name} does not trade codes`, {
      cause: new Error(`${answer.status} ${String(error)}`),
    })
  }

  return {
    name,
    realm: name,
    redirectUris,
    begins: true,

    pageOf: async ({ state, nonce, verifier, redirectUri = redirectUris[0] }) => {
      const page = new URL((await discovered()).authorization_endpoint)
      const parameters = {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: scopes.join(' '),
        state,
        nonce,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      }
      for (const [key, value] of Object.entries(parameters)) page.searchParams.set(key, value)
      return page.href
    },

    whoIs: async ({ code }, { nonce, verifier, redirectUri }): Promise<ExternalPerson> => {
      const token = await trade(code, verifier, redirectUri)
      const claims = await (await discovered()).verify(token, { nonce })
      const verified = trustEmail && isTrue(claims['email_verified'])
      const email = verified ? Email.safeParse(claims['email']).data?.toLowerCase() : undefined
      return { subjects: [claims.sub], email, grant: undefined }
    },
  }
}

/** Some providers write booleans as text. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 'true'
}

/** How the client says who it is (RFC 6749, 2.3.1): in the header unless the provider only reads the body. */
function authenticate(
  id: string,
  secret: string | undefined,
  methods: string[] = ['client_secret_basic'],
): { headers: Record<string, string>; fields: Record<string, string> } {
  if (secret === undefined) return { headers: {}, fields: { client_id: id } }
  if (!methods.includes('client_secret_basic')) return { headers: {}, fields: { client_id: id, client_secret: secret } }
  const encode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)
  const credentials = Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')
  return { headers: { authorization: `Basic ${credentials}` }, fields: {} }
}
