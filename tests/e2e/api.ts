/** An app that talks to the public API as its users do. */
export type Api = {
  readonly token: string | undefined
  call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
  /** The same with another token, or none. */
  as: (token: string | undefined) => Api
}

export type Answer = { status: number; headers: Headers; body: Record<string, unknown> }

/** @param origin such as `http://127.0.0.1:8080` */
export function openApi(origin: string, token?: string): Api {
  return {
    token,
    as: (other) => openApi(origin, other),
    call: async (method, path, body, headers = {}) => {
      const plain = body instanceof FormData || body instanceof URLSearchParams
      const response = await fetch(`${origin}${path}`, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && !plain && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: plain ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      const type = response.headers.get('content-type') ?? ''
      const read = /[/+]json/.test(type) ? (JSON.parse(text) as Record<string, unknown>) : { text }
      return { status: response.status, headers: response.headers, body: read }
    },
  }
}

export const password = 'correct horse battery'

/** Opens an account and logs in to it. */
export async function signUp(api: Api, username: string): Promise<Api> {
  await api.call('POST', '/api/user/register', { username, password })
  return logIn(api, username)
}

export async function logIn(api: Api, username: string): Promise<Api> {
  const { body } = await api.call('POST', '/api/user/login', { username, password })
  return api.as((body['data'] as { token: string }).token)
}

/** Makes the first administrator by the one-time token, and logs in. */
export async function setUpAdministrator(api: Api, token: string, username: string): Promise<Api> {
  await api.call('POST', '/api/v1/setup', { token, username, password })
  return logIn(api, username)
}

export type Tokens = { access_token: string; refresh_token: string; expires_in: number }

/** Logs in for a JWT and a refresh token. */
export async function logInByJwt(api: Api, username: string): Promise<Tokens> {
  const { body } = await api.call('POST', '/api/v1/auth/tokens', { grant_type: 'password', username, password })
  return body as Tokens
}

/** Who the token of an app is. */
export async function readToken(api: Api) {
  const { body } = await api.call('GET', '/api/v1/auth/token')
  return body as { userId: string; sessionId: string; kind: string; scopes: string[] }
}

/** An API key with every scope that a key may have. */
export async function makeKey(api: Api) {
  const scopes = ['agents', 'chat', 'conversations', 'devices', 'files', 'rtc']
  const { body } = await api.call('POST', '/api/v1/keys', { name: 'A program', scopes })
  return body as { key: string; apiKey: { keyId: string } }
}
