import { once } from 'node:events'
import { auth, chat, type Person } from '@parley/contracts'
import { newPerson } from '@parley/test-caller'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { openGateway, type GatewayFixture } from './fixture.ts'

let edge: GatewayFixture
beforeAll(async () => {
  edge = await openGateway({ RATE_LIMIT_REFUSED: '1000/60' })
  edge.bus.handle(chat.listAgents, () => ({ agents: [] }))
  await edge.bus.flush()
})
afterAll(() => edge[Symbol.asyncDispose]())

const someone = () => newPerson('user', ['account', 'agents', 'devices', 'conversations'])
const use = async (token: string, own = edge) => (await own.call('/api/v1/agents', { token })).status

/** An app at `/ws/app`; with what and how long after `from` it was closed. */
async function connect(token: string) {
  const socket = new WebSocket(`${edge.origin.replace('http', 'ws')}/ws/app`, {
    headers: { authorization: `Bearer ${token}` },
  })
  await once(socket, 'message')
  const closed = once(socket, 'close').then(([code]) => ({ code: code as number, atMs: performance.now() }))
  return { socket, closed }
}

describe('a JWT', () => {
  test('is verified here, without asking anybody', async () => {
    const person = someone()
    const token = await edge.issuer.jwt(person)
    const before = edge.verified()
    expect(await use(token)).toBe(200)
    const response = await edge.call('/api/v1/auth/token', { token })
    expect(await response.json()).toEqual(person)
    expect(edge.verified()).toBe(before)
  })

  test('of a new key is good at once', async () => {
    await use(await edge.issuer.jwt(someone()))
    const before = await edge.issuer.jwt(someone())
    await edge.issuer.rotate()
    await expect.poll(async () => use(await edge.issuer.jwt(someone())), { timeout: 3_000 }).toBe(200)
    expect(await use(before)).toBe(200)
  })

  test('gives no more than its scopes', async () => {
    const token = await edge.issuer.jwt(newPerson('user', ['account']))
    expect(await use(token)).toBe(403)
  })
})

const past = () => Math.floor(Date.now() / 1_000) - 60

describe('a forged JWT is refused', () => {
  test.each<[string, (person: Person) => Promise<string>]>([
    ['expired', (person) => edge.issuer.jwt(person, { exp: past() })],
    ['without an end', (person) => edge.issuer.jwt(person, { exp: undefined })],
    ['for another audience', (person) => edge.issuer.jwt(person, { aud: 'parley-internal' })],
    ['of another issuer', (person) => edge.issuer.jwt(person, { iss: 'somebody' })],
    ['of another type', (person) => edge.issuer.jwt(person, { header: { typ: 'JWT' } })],
    ['with the id of a key that there is not', (person) => edge.issuer.jwt(person, { header: { kid: 'none' } })],
    ['without a session', (person) => edge.issuer.jwt(person, { sid: undefined })],
    ['with a session that is no id', (person) => edge.issuer.jwt(person, { sid: '*' })],
    [
      'with alg none',
      async ({ userId, sessionId }) =>
        new UnsecuredJWT({ sid: sessionId, kind: 'admin', scope: 'admin agents' })
          .setSubject(userId)
          .setIssuer('parley')
          .setAudience('parley-api')
          .setExpirationTime('10m')
          .encode(),
    ],
    [
      'signed with the public key as a secret',
      async ({ userId, sessionId }) => {
        const [key] = edge.issuer.publicKeys
        return new SignJWT({ sid: sessionId, kind: 'admin', scope: 'admin agents' })
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: key?.kid ?? '' })
          .setSubject(userId)
          .setIssuer('parley')
          .setAudience('parley-api')
          .setExpirationTime('10m')
          .sign(Buffer.from(key?.x ?? '', 'base64url'))
      },
    ],
    [
      'that brings its own key',
      async ({ userId, sessionId }) => {
        const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
        const jwk = await exportJWK(publicKey)
        return new SignJWT({ sid: sessionId, kind: 'admin', scope: 'admin agents' })
          .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: edge.issuer.publicKeys[0]?.kid ?? '', jwk })
          .setSubject(userId)
          .setIssuer('parley')
          .setAudience('parley-api')
          .setExpirationTime('10m')
          .sign(privateKey)
      },
    ],
    [
      'with another payload',
      async (person) => {
        const [head, , signature] = (await edge.issuer.jwt(person)).split('.')
        const [, payload] = (await edge.issuer.jwt({ ...person, kind: 'admin' })).split('.')
        return [head, payload, signature].join('.')
      },
    ],
  ])('%s', async (_what, forge) => {
    expect(await use(await forge(someone()))).toBe(401)
  })
})

describe('a session that ends', () => {
  test('is over by its event', async () => {
    const person = someone()
    const token = await edge.issuer.jwt(person)
    const { closed } = await connect(token)
    expect(await use(token)).toBe(200)
    edge.bus.publish(auth.sessionRevoked, { sessionId: person.sessionId, userId: person.userId })
    expect((await closed).code).toBe(4501)
    expect(await use(token)).toBe(401)
  })

  test('is over within a second for a gateway that missed the event', async () => {
    const person = someone()
    const token = await edge.issuer.jwt(person)
    const { closed } = await connect(token)
    expect(await use(token)).toBe(200)
    const endedAtMs = performance.now()
    edge.issuer.endQuietly(person.sessionId)
    const { code, atMs } = await closed
    expect(code).toBe(4501)
    expect(atMs - endedAtMs).toBeLessThan(1_000)
    expect(await use(token)).toBe(401)
  })

  test('ends what auth said of an opaque token, too', async () => {
    const { token, person } = edge.logIn()
    expect(await use(token)).toBe(200)
    edge.issuer.endQuietly(person.sessionId)
    await expect.poll(() => use(token), { timeout: 1_500 }).toBe(401)
  })
})

test('where it is not known which sessions ended, auth is asked', async () => {
  await using own = await openGateway()
  own.bus.handle(chat.listAgents, () => ({ agents: [] }))
  own.issuer.fallSilent()
  await own.bus.flush()
  const token = await own.issuer.jwt(someone())
  // The stand-in for auth knows opaque tokens only.
  await expect.poll(() => use(token, own), { timeout: 8_000 }).toBe(401)
  expect(own.verified()).toBeGreaterThan(0)
}, 15_000)

test('an app brings a fresh token before the one before is over, and stays', async () => {
  const person = someone()
  const exp = Math.floor(Date.now() / 1_000) + 2
  const { socket, closed } = await connect(await edge.issuer.jwt(person, { exp }))
  socket.send(JSON.stringify({ type: 'auth', token: await edge.issuer.jwt(person) }))
  await once(socket, 'message')
  await expect.poll(() => Date.now() / 1_000, { timeout: 4_000 }).toBeGreaterThan(exp + 0.5)
  socket.send(JSON.stringify({ type: 'ping' }))
  expect(String((await once(socket, 'message'))[0])).toContain('pong')
  socket.send(JSON.stringify({ type: 'auth', token: await edge.issuer.jwt(someone()) }))
  expect((await closed).code).toBe(4501)
})

test('a token that may not read what is told is sent away', async () => {
  const socket = new WebSocket(`${edge.origin.replace('http', 'ws')}/ws/app`, {
    headers: { authorization: `Bearer ${await edge.issuer.jwt(newPerson('user', ['chat']))}` },
  })
  const [code] = (await once(socket, 'close')) as [number]
  expect(code).toBe(4503)
})

test('the public keys are published', async () => {
  const response = await edge.call('/.well-known/jwks.json')
  expect(response.headers.get('cache-control')).toBe('public, max-age=300')
  const { keys } = (await response.json()) as { keys: object[] }
  expect(keys[0]).toEqual(edge.issuer.publicKeys[0])
})

describe('POST /api/v1/auth/tokens', () => {
  const expiresAt = new Date(Date.now() + 900_000).toISOString()
  const person = newPerson('user', ['account', 'chat'])
  let asked: unknown[]
  beforeAll(async () => {
    asked = []
    edge.bus.handle(auth.login, (input) => {
      asked.push(input)
      return { token: 'an.access.token', expiresAt, person, refresh: { token: 'a-refresh-token', expiresAt } }
    })
    await edge.bus.flush()
  })

  const given = { grant_type: 'password', username: 'ada', password: 'secret', device: 'Phone' }
  test.each([
    ['JSON', given],
    ['a form', new URLSearchParams(given)],
  ])('takes %s', async (_what, body) => {
    const response = await edge.call('/api/v1/auth/tokens', { body, headers: { 'user-agent': 'Phone/1' } })
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toMatchObject({
      access_token: 'an.access.token',
      token_type: 'Bearer',
      scope: 'account chat',
      refresh_token: 'a-refresh-token',
    })
    expect(asked.at(-1)).toEqual({
      username: 'ada',
      password: 'secret',
      tokenKind: 'jwt',
      client: { userAgent: 'Phone/1', address: '127.0.0.1', device: 'Phone' },
    })
  })

  test.each([
    [{ grant_type: 'password', username: 'ada' }, 'password'],
    [{ grant_type: 'refresh_token' }, 'refresh_token'],
    [{ grant_type: 'magic' }, 'grant_type'],
  ])('%j lacks something', async (body, path) => {
    const response = await edge.call('/api/v1/auth/tokens', { body })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ issues: [{ path }] })
  })
})
