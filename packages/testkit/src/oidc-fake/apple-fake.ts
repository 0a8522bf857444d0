import { randomBytes } from 'node:crypto'
import { createLocalJWKSet, exportJWK, importPKCS8, jwtVerify } from 'jose'
import { startFakeServer, type FakeAnswer, type FakeRequest, type FakeServer } from '../fake-server.ts'
import { createSigningKeys, type SigningKeys } from './signing-keys.ts'

export type AppleFakeSettings = {
  teamId: string
  keyId: string
  /** The private key (PKCS #8) that clients sign with: its public half is what Apple knows of it. */
  privateKey: string
  /** Bundle ids, whose codes come without a way back, and service ids, whose codes have one. */
  bundleIds: string[]
  serviceIds?: Record<string, string[]>
  now?: () => Date
}

/** What somebody who signs in with Apple shows. Apple writes booleans as text at times. */
export type ApplePerson = { sub: string; email?: string; email_verified?: boolean | string }

/** Sign in with Apple on loopback: keys, tokens and revocation, strict with client secrets, codes and nonces. */
export type AppleFake = FakeServer & {
  /** What Apple gives an app when somebody agrees. `nonce` is put into the token as it is. */
  agree: (
    clientId: string,
    person: ApplePerson,
    options: { nonce: string; redirectUri?: string; claims?: Record<string, unknown> },
  ) => Promise<{ code: string; idToken: string }>
  readonly keys: SigningKeys
  readonly requests: { path: string; refusal: string | undefined }[]
  /** Consents that go on, by their refresh tokens. */
  readonly consents: Map<string, { clientId: string; sub: string }>
  /** What the next request is answered with instead. */
  fail: (answer: FakeAnswer) => void
}

const issuer = 'https://appleid.apple.com'
const tokenLifeS = 600
/** A client secret may be good for six months at most. */
const longestSecretS = 15_777_000

type Code = { clientId: string; sub: string; redirectUri: string | undefined; idToken: string }

export async function startAppleFake(settings: AppleFakeSettings): Promise<AppleFake> {
  const { bundleIds, serviceIds = {}, now = () => new Date() } = settings
  const keys = await createSigningKeys()
  const clientKeys = createLocalJWKSet({ keys: [await publicHalf(settings)] })
  const codes = new Map<string, Code>()
  const consents = new Map<string, { clientId: string; sub: string }>()
  const requests: { path: string; refusal: string | undefined }[] = []
  let failure: FakeAnswer | undefined

  async function isClient(form: URLSearchParams): Promise<boolean> {
    const clientId = form.get('client_id') ?? ''
    const options = {
      issuer: settings.teamId,
      audience: issuer,
      subject: clientId,
      algorithms: ['ES256'],
      currentDate: now(),
      requiredClaims: ['iat', 'exp'],
    }
    const read = await jwtVerify(form.get('client_secret') ?? '', clientKeys, options).catch(() => undefined)
    const { iat = 0, exp = Number.POSITIVE_INFINITY } = read?.payload ?? {}
    return (
      read !== undefined && exp - iat <= longestSecretS && [...bundleIds, ...Object.keys(serviceIds)].includes(clientId)
    )
  }

  function trade(form: URLSearchParams): FakeAnswer {
    if (form.get('grant_type') !== 'authorization_code') return refuse('unsupported_grant_type')
    const code = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const clientId = form.get('client_id') ?? ''
    if (code?.clientId !== clientId || code.redirectUri !== (form.get('redirect_uri') ?? undefined))
      return refuse('invalid_grant')
    const refreshToken = `r.${randomBytes(16).toString('hex')}`
    consents.set(refreshToken, { clientId, sub: code.sub })
    const body = { access_token: `a.${randomBytes(16).toString('hex')}`, token_type: 'Bearer', expires_in: 3_600 }
    return { body: { ...body, refresh_token: refreshToken, id_token: code.idToken } }
  }

  function revoke(form: URLSearchParams): FakeAnswer {
    const token = form.get('token') ?? ''
    if (form.get('token_type_hint') !== 'refresh_token') return refuse('invalid_request')
    if (consents.get(token)?.clientId !== form.get('client_id')) return refuse('invalid_request')
    consents.delete(token)
    return { body: '', type: 'text/plain' }
  }

  async function answer({ method, path, body }: FakeRequest): Promise<FakeAnswer> {
    if (method === 'GET' && path === '/auth/keys') return { body: keys.published() }
    const form = new URLSearchParams(body)
    const serve = { '/auth/token': trade, '/auth/revoke': revoke }[path]
    if (method !== 'POST' || !serve) return refuse('not_found', 404)
    return (await isClient(form)) ? serve(form) : refuse('invalid_client')
  }

  const server = await startFakeServer(async (request) => {
    const noted: { path: string; refusal: string | undefined } = { path: request.path, refusal: undefined }
    requests.push(noted)
    const given = failure ?? (await answer(request))
    failure = undefined
    if (typeof given === 'object' && given.status) noted.refusal = (given.body as { error: string }).error
    return given
  })

  return Object.assign(server, {
    keys,
    requests,
    consents,
    fail: (given: FakeAnswer) => {
      failure = given
    },
    agree: async (
      clientId: string,
      person: ApplePerson,
      { nonce, redirectUri, claims }: { nonce: string; redirectUri?: string; claims?: Record<string, unknown> },
    ) => {
      if (redirectUri !== undefined && !serviceIds[clientId]?.includes(redirectUri))
        throw new Error('The redirect URI is not registered')
      const at = Math.floor(now().getTime() / 1_000)
      const times = { iat: at, exp: at + tokenLifeS, auth_time: at }
      const idToken = await keys.sign({
        iss: issuer,
        aud: clientId,
        ...times,
        nonce,
        nonce_supported: true,
        ...person,
        ...claims,
      })
      const code = `c.${randomBytes(16).toString('hex')}`
      codes.set(code, { clientId, sub: person.sub, redirectUri, idToken })
      return { code, idToken }
    },
  })
}

async function publicHalf({ privateKey, keyId }: AppleFakeSettings) {
  const { d: _secret, ...jwk } = await exportJWK(await importPKCS8(privateKey, 'ES256', { extractable: true }))
  return { ...jwk, kid: keyId, alg: 'ES256' }
}

function refuse(error: string, status = 400): FakeAnswer {
  return { status, body: { error } }
}
