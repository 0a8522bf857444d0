import { once } from 'node:events'
import { makeDeviceProof } from '@parley/device-protocol'
import { connectDevice } from '@parley/testkit/device'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { newDeviceId, setupToken, startPlatform, type Platform } from '../platform.ts'
import {
  logIn,
  logInByJwt,
  makeKey,
  openApi,
  readToken,
  setUpAdministrator,
  signUp,
  type Api,
  type Tokens,
} from './api.ts'
import { pairingCodeOf } from './helpers.ts'

const stack = new AsyncDisposableStack()
let platform: Platform
let open: Api
let admin: Api

beforeAll(async () => {
  platform = stack.use(await startPlatform({ REFRESH_GRACE_S: '2', RATE_LIMIT_REFUSED: '1000/60' }))
  open = openApi(platform.apiUrl)
  admin = await setUpAdministrator(open, setupToken(), 'boss')
})
afterAll(() => stack.disposeAsync())

const status = async (token: string | undefined) => (await open.as(token).call('GET', '/api/user/me')).status
const refresh = (tokens: Tokens) =>
  open.call('POST', '/api/v1/auth/tokens', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token })

/** An app at `/ws/app`, and with what and when it is closed. */
async function connect(token: string | undefined) {
  const socket = new WebSocket(`${platform.apiUrl.replace('http', 'ws')}/ws/app`, {
    headers: { authorization: `Bearer ${token}` },
  })
  stack.defer(() => socket.terminate())
  await once(socket, 'message')
  return once(socket, 'close').then(([code]) => ({ code: code as number, atMs: performance.now() }))
}

/** Does something that ends a session, and expects its socket and its token to be over within a second. */
async function overWithinASecond(
  closed: ReturnType<typeof connect>,
  token: string | undefined,
  work: () => Promise<unknown>,
) {
  const startedAtMs = performance.now()
  await work()
  const { code, atMs } = await closed
  expect(code).toBe(4501)
  expect(atMs - startedAtMs).toBeLessThan(1_000)
  expect(await status(token)).toBe(401)
}

describe('a refresh token', () => {
  test('that fifty come with at once has one successor, and nobody is signed out', async () => {
    await signUp(open, 'crowd')
    const first = await logInByJwt(open, 'crowd')
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(first)))
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200))
    const tokens = answers.map(({ body }) => body as Tokens)
    expect(new Set(tokens.map((one) => one.refresh_token)).size).toBe(1)
    expect(await Promise.all(tokens.slice(0, 5).map((one) => status(one.access_token)))).toEqual(Array(5).fill(200))
    expect((await refresh(tokens[0] as Tokens)).status).toBe(200)
  })

  test('that comes again after the grace ends the family within a second, sockets and all', async () => {
    await signUp(open, 'robbed')
    const first = await logInByJwt(open, 'robbed')
    const second = (await refresh(first)).body as Tokens
    const other = await logIn(open, 'robbed')
    const rotatedAtMs = performance.now()
    const closed = connect(second.access_token)
    await expect.poll(() => performance.now() - rotatedAtMs, { timeout: 4_000 }).toBeGreaterThan(2_100)
    await overWithinASecond(closed, second.access_token, async () => expect((await refresh(first)).status).toBe(401))
    expect((await refresh(second)).status).toBe(401)
    expect(await status(other.token)).toBe(200)
  })
})

describe('a session ends within a second, sockets and all', () => {
  const logins = [
    ['with an opaque token', async (name: string) => (await logIn(open, name)).token],
    ['with a JWT', async (name: string) => (await logInByJwt(open, name)).access_token],
  ] as const

  test.each(logins)('%s, when its owner says so elsewhere', async (what, begin) => {
    const name = `ends-${what.length}`
    const elsewhere = await signUp(open, name)
    const token = await begin(name)
    const { sessionId } = await readToken(open.as(token))
    const closed = connect(token)
    await overWithinASecond(closed, token, () => elsewhere.call('DELETE', `/api/v1/sessions/${sessionId}`))
    expect(await status(elsewhere.token)).toBe(200)
  })

  test.each(logins)('%s, when the account is disabled', async (what, begin) => {
    const name = `disabled-${what.length}`
    const { userId } = await readToken(await signUp(open, name))
    const token = await begin(name)
    const closed = connect(token)
    await overWithinASecond(closed, token, () => admin.call('POST', `/api/v1/admin/users/${userId}/disable`))
  })

  test('at every gateway', async () => {
    const second = (await platform.start('gateway')) as typeof platform.gateway
    const there = openApi(`http://127.0.0.1:${second.publicPort}`)
    await signUp(open, 'everywhere')
    const { access_token: token } = await logInByJwt(open, 'everywhere')
    expect((await there.as(token).call('GET', '/api/user/me')).status).toBe(200)
    await open.as(token).call('POST', '/api/user/logout')
    await expect.poll(async () => (await there.as(token).call('GET', '/api/user/me')).status).toBe(401)
  })
})

test('a session says where it is', async () => {
  const api = await signUp(open, 'somewhere')
  await api.call('POST', '/api/v1/auth/tokens', {
    grant_type: 'password',
    username: 'somewhere',
    password: 'correct horse battery',
    device: 'Kitchen tablet',
  })
  const { sessions } = (await api.call('GET', '/api/v1/sessions')).body as { sessions: object[] }
  expect(sessions).toMatchObject([
    { device: 'Kitchen tablet', tokenKind: 'jwt', address: '127.0.0.1', current: false },
    { tokenKind: 'opaque', current: true },
  ])
})

test('OpenAI’s own client comes with an API key, until it is revoked', async () => {
  const api = await signUp(open, 'programmer')
  const { key, apiKey } = await makeKey(api)
  const client = new OpenAI({ apiKey: key, baseURL: `${platform.apiUrl}/v1`, maxRetries: 0 })
  const { choices } = await client.chat.completions.create({
    model: 'offline',
    messages: [{ role: 'user', content: 'say hello' }],
  })
  expect(choices[0]?.message.content).toMatch(/hello/i)
  await api.call('DELETE', `/api/v1/keys/${apiKey.keyId}`)
  await expect
    .poll(() =>
      client.models.list().then(
        () => 200,
        ({ status }) => status as number,
      ),
    )
    .toBe(401)
})

describe('a device logs in for its owner', () => {
  async function bound(owner: Api) {
    const deviceId = newDeviceId()
    const response = await fetch(platform.otaUrl, {
      method: 'POST',
      headers: { 'Device-Id': deviceId, 'Client-Id': 'one' },
      body: '{}',
    })
    const { token: credential } = ((await response.json()) as { websocket: { token: string } }).websocket
    await using device = await connectDevice({
      url: platform.websocketUrl,
      deviceId,
      clientId: 'one',
      token: credential,
    })
    await owner.call('POST', '/api/device/bind', { code: await pairingCodeOf(device) })
    return { deviceId, credential }
  }
  const macLogin = async (deviceId: string, credential: string) => {
    const asked = await open.call('POST', '/api/user/mac-login/nonce', { mac_address: deviceId })
    const { nonce } = asked.body['data'] as { nonce: string }
    const signature = makeDeviceProof(credential, { deviceId, nonce })
    return open.call('POST', '/api/user/mac-login/', { mac_address: deviceId.toUpperCase(), nonce, signature })
  }

  test('by a proof of its credential, until it is given up', async () => {
    const owner = await signUp(open, 'device-owner')
    const { deviceId, credential } = await bound(owner)
    const { userId } = await readToken(owner)
    const answer = await macLogin(deviceId, credential)
    expect(answer.body).toMatchObject({ code: 200, data: { user_id: userId } })
    const { token } = answer.body['data'] as { token: string }
    expect(await readToken(open.as(token))).toMatchObject({ userId, kind: 'user' })

    expect((await macLogin(deviceId, `${credential}0`)).status).toBe(401)
    expect((await open.call('POST', '/api/user/mac-login/', { mac_address: deviceId })).status).toBe(401)
    await owner.call('DELETE', `/api/device/${deviceId}`)
    expect((await macLogin(deviceId, credential)).status).toBe(401)
  })

  test('never by its name once it has a credential, even where older firmware may', async () => {
    await using older = await startPlatform({ LEGACY_MAC_LOGIN: 'open' })
    const api = openApi(older.apiUrl)
    const deviceId = newDeviceId()
    await fetch(older.otaUrl, { method: 'POST', headers: { 'Device-Id': deviceId, 'Client-Id': 'one' }, body: '{}' })
    expect((await api.call('POST', '/api/user/mac-login/', { mac_address: deviceId })).status).toBe(401)
  })
})
