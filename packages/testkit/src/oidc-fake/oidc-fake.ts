import { createHash, randomBytes } from 'node:crypto'
import { startFakeServer, type FakeAnswer, type FakeRequest, type FakeServer } from '../fake-server.ts'
import { createSigningKeys, type SigningKeys } from './signing-keys.ts'

/** What the identity token says of somebody beside the times. */
export type OidcClaims = { sub: string; [claim: string]: unknown }

export type OidcFakeSettings = {
  clientId: string
  /** A client without one may only come with PKCE. */
  clientSecret?: string
  redirectUris: string[]
  /** How clients may say who they are. */
  authMethods?: string[]
  now?: () => Date
}

/** An OpenID Connect provider on loopback: authorization code flow with PKCE, as strict as the standards let it be. */
export type OidcFake = FakeServer & {
  /**
   * What the provider's page does when somebody agrees there: checks the request in its address and gives what it would lead
   * back with.
   * @throws Error that says what is wrong with the request
   */
  agree: (page: string, claims: OidcClaims) => { code: string; state: string }
  readonly keys: SigningKeys
  /** Every request of the server, oldest first, with its refusal. */
  readonly requests: { path: string; refusal: string | undefined }[]
  /** Changes the token that the next code is traded for. */
  forge: (make: (claims: Record<string, unknown>, keys: SigningKeys) => string | Promise<string>) => void
  /** What the next request is answered with instead. */
  fail: (answer: FakeAnswer) => void
}

type Grant = { claims: Record<string, unknown>; redirectUri: string; challenge: string }
const tokenLifeS = 600

export async function startOidcFake(settings: OidcFakeSettings): Promise<OidcFake> {
  const { clientId, clientSecret, redirectUris, now = () => new Date() } = settings
  const { authMethods = ['client_secret_basic', 'client_secret_post'] } = settings
  const keys = await createSigningKeys()
  const grants = new Map<string, Grant>()
  const requests: { path: string; refusal: string | undefined }[] = []
  let forged: Parameters<OidcFake['forge']>[0] | undefined
  let failure: FakeAnswer | undefined

  async function token(request: FakeRequest): Promise<FakeAnswer> {
    const form = new URLSearchParams(request.body)
    if (request.method !== 'POST' || form.get('grant_type') !== 'authorization_code')
      return refuse(400, 'unsupported_grant_type')
    if (!isClient(request, form, settings, authMethods)) return refuse(401, 'invalid_client')
    const code = form.get('code') ?? ''
    const grant = grants.get(code)
    // A code is good for one use, and gone after a try that was wrong.
    grants.delete(code)
    const verifier = form.get('code_verifier') ?? ''
    const isProven = grant && createHash('sha256').update(verifier).digest('base64url') === grant.challenge
    if (!isProven || form.get('redirect_uri') !== grant.redirectUri) return refuse(400, 'invalid_grant')
    const make = forged ?? ((claims, own) => own.sign(claims))
    forged = undefined
    const body = { token_type: 'Bearer', access_token: randomBytes(16).toString('hex'), expires_in: tokenLifeS }
    return { body: { ...body, id_token: await make(grant.claims, keys) } }
  }

  async function serve(request: FakeRequest): Promise<FakeAnswer> {
    const noted: { path: string; refusal: string | undefined } = { path: request.path, refusal: undefined }
    requests.push(noted)
    if (failure !== undefined) {
      const answer = failure
      failure = undefined
      return answer
    }
    if (request.path === '/.well-known/openid-configuration') return { body: discovery() }
    if (request.path === '/keys') return { body: keys.published() }
    const answer = request.path === '/token' ? await token(request) : refuse(404, 'not_found')
    if (typeof answer === 'object' && answer.status) noted.refusal = (answer.body as { error: string }).error
    return answer
  }

  const server = await startFakeServer(serve)
  const discovery = () => ({
    issuer: server.url,
    authorization_endpoint: `${server.url}/authorize`,
    token_endpoint: `${server.url}/token`,
    jwks_uri: `${server.url}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: clientSecret === undefined ? ['none'] : authMethods,
    code_challenge_methods_supported: ['S256'],
  })

  return Object.assign(server, {
    keys,
    requests,
    forge: (make: Parameters<OidcFake['forge']>[0]) => {
      forged = make
    },
    fail: (answer: FakeAnswer) => {
      failure = answer
    },
    agree: (page: string, claims: OidcClaims) => {
      const url = new URL(page)
      const given = (name: string) => url.searchParams.get(name) ?? ''
      if (`${url.origin}${url.pathname}` !== `${server.url}/authorize`) throw new Error('This is not our page')
      if (given('response_type') !== 'code') throw new Error('response_type must be code')
      if (given('client_id') !== clientId) throw new Error('The client is unknown')
      if (!redirectUris.includes(given('redirect_uri'))) throw new Error('The redirect URI is not registered')
      if (!given('scope').split(' ').includes('openid')) throw new Error('The scope must have openid')
      if (given('code_challenge_method') !== 'S256' || given('code_challenge').length !== 43)
        throw new Error('PKCE with S256 is required')
      if (given('state').length < 22 || given('nonce').length < 22) throw new Error('state and nonce must be long')
      const at = Math.floor(now().getTime() / 1_000)
      const times = { iat: at, exp: at + tokenLifeS, nonce: given('nonce') }
      const code = randomBytes(16).toString('hex')
      grants.set(code, {
        claims: { iss: server.url, aud: clientId, ...times, ...claims },
        redirectUri: given('redirect_uri'),
        challenge: given('code_challenge'),
      })
      return { code, state: given('state') }
    },
  })
}

function refuse(status: number, error: string): FakeAnswer {
  return { status, body: { error } }
}

function isClient(
  { headers }: FakeRequest,
  form: URLSearchParams,
  { clientId, clientSecret }: OidcFakeSettings,
  methods: string[],
): boolean {
  if (clientSecret === undefined) return form.get('client_id') === clientId && !form.has('client_secret')
  const basic = /^Basic (\S+)$/.exec(headers.authorization ?? '')?.[1]
  if (basic === undefined) {
    const inForm = form.get('client_id') === clientId && form.get('client_secret') === clientSecret
    return methods.includes('client_secret_post') && inForm
  }
  const [id, secret] = Buffer.from(basic, 'base64').toString().split(':').map(decode)
  return (
    methods.includes('client_secret_basic') && id === clientId && secret === clientSecret && !form.has('client_secret')
  )
}

/** As forms have it (RFC 6749, 2.3.1). */
function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', '%20'))
}
