import { createHash } from 'node:crypto'
import { Problem } from '@parley/contracts'
import { createVendorFetch, type Secret } from '@parley/service-kit'
import { decodeJwt, importPKCS8, SignJWT } from 'jose'
import { z } from 'zod'
import type { ExternalPerson, IdentityProvider } from '../../domain/identities.ts'
import { createVerifyIdToken } from '../oidc/id-tokens.ts'
import { isTrue } from '../oidc/oidc-provider.ts'
import { createAsk, notAccepted, readAnswer, type Asked } from '../vendor-answers.ts'

export type AppleSettings = {
  /** Bundle ids. */
  appIds: string[]
  /** The service id of pages. */
  pageId: string | undefined
  teamId: string
  keyId: string
  /** The `.p8` of the key. */
  privateKey: Secret
  /** Of pages; apps need none. */
  redirectUris: string[]
  /** `https://appleid.apple.com`, or where something stands in for it. */
  url: string
  timeoutMs: number
  now: () => Date
  fetch?: typeof fetch
}

/** What tokens say, wherever the keys come from. */
const issuer = 'https://appleid.apple.com'
const secretLifeS = 300
const Tokens = z.object({ id_token: z.string().max(16_384), refresh_token: z.string().max(4_096).optional() })
const Email = z.email().max(254)

/**
 * Sign in with Apple, in apps and on pages: the app asks Apple by itself, with the SHA-256 of our nonce, and sends what it
 * gets. Its code is traded for a refresh token, so that the consent can be ended when the account is.
 */
export function createAppleProvider(settings: AppleSettings): IdentityProvider {
  const { appIds, pageId, teamId, keyId, privateKey, redirectUris, url, timeoutMs, now } = settings
  const { fetch = createVendorFetch() } = settings
  const clientIds = [...appIds, ...(pageId === undefined ? [] : [pageId])]
  const ask = createAsk({ fetch, timeoutMs, who: 'Apple' })
  const verify = createVerifyIdToken({
    who: 'Apple',
    issuer,
    audiences: clientIds,
    jwksUri: `${url}/auth/keys`,
    timeoutMs,
    now,
    fetch,
  })

  /** Who the client is: an ES256 JWT of the team, for one client id. */
  async function clientSecret(clientId: string): Promise<string> {
    const at = Math.floor(now().getTime() / 1_000)
    return new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuer(teamId)
      .setIssuedAt(at)
      .setExpirationTime(at + secretLifeS)
      .setAudience(issuer)
      .setSubject(clientId)
      .sign(await importPKCS8(privateKey.reveal(), 'ES256'))
  }

  async function post(path: string, clientId: string, fields: Record<string, string>): Promise<Asked> {
    const form = { client_id: clientId, client_secret: await clientSecret(clientId), ...fields }
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return ask(`${url}${path}`, { method: 'POST', headers, body: new URLSearchParams(form).toString() })
  }

  async function trade(code: string, clientId: string, redirectUri: string | undefined) {
    const fields = {
      code,
      grant_type: 'authorization_code',
      ...(redirectUri !== undefined && { redirect_uri: redirectUri }),
    }
    const { status, body } = await post('/auth/token', clientId, fields)
    if (status === 200) return readAnswer(Tokens, body, 'Apple')
    const { error } = (body ?? {}) as { error?: unknown }
    if (error === 'invalid_grant') throw notAccepted('Apple', 'invalid_grant')
    throw new Problem('provider-failed', 'Apple does not trade codes', {
      cause: new Error(`${status} ${String(error)}`),
    })
  }

  return {
    name: 'apple',
    realm: 'apple',
    redirectUris,
    begins: true,
    pageOf: () => Promise.resolve(undefined),

    whoIs: async ({ code, idToken }, { nonce, redirectUri }): Promise<ExternalPerson> => {
      if (idToken === undefined) throw notAccepted('Apple', 'no identity token')
      const hashedNonce = createHash('sha256').update(nonce).digest('hex')
      const claims = await verify(idToken, { nonce: hashedNonce })
      const clientId = clientIds.find((id) => [claims.aud].flat().includes(id)) ?? ''
      const tokens = await trade(code, clientId, clientId === pageId ? redirectUri : undefined)
      // It comes from Apple itself, over TLS: only that it is about the same person has to be seen.
      if (decodeJwt(tokens.id_token).sub !== claims.sub) throw notAccepted('Apple', 'a code of somebody else')
      const email = isTrue(claims['email_verified']) ? Email.safeParse(claims['email']).data?.toLowerCase() : undefined
      const grant = tokens.refresh_token && JSON.stringify({ clientId, refreshToken: tokens.refresh_token })
      return { subjects: [claims.sub], email, grant }
    },

    revoke: async (grant) => {
      const { clientId, refreshToken } = Grant.parse(JSON.parse(grant))
      const { status } = await post('/auth/revoke', clientId, { token: refreshToken, token_type_hint: 'refresh_token' })
      if (status !== 200) throw new Problem('provider-failed', `Apple does not end the consent (${status})`)
    },
  }
}

const Grant = z.object({ clientId: z.string(), refreshToken: z.string() })
