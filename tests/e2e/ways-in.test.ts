import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setupToken, startPlatform, toldByAuth, type Platform } from '../platform.ts'
import { logIn, openApi, password, setUpAdministrator, signUp, type Answer, type Api } from './api.ts'
import { appCode } from './app-code.ts'

let platform: Platform
let open: Api
let admin: Api
beforeAll(async () => {
  platform = await startPlatform()
  open = openApi(platform.apiUrl)
  admin = await setUpAdministrator(open, setupToken(), 'boss')
})
afterAll(() => platform[Symbol.asyncDispose]())

const codes = /The code is (\d{6})/
const verifyLinks = /\/verify-email#([\w-]+)/

/** What is told next, once `work` has asked for it. */
async function toldBy(pattern: RegExp, work: () => Promise<Answer>): Promise<string> {
  const before = toldByAuth(pattern).length
  const { status, body } = await work()
  expect(status, JSON.stringify(body)).toBeLessThan(300)
  await expect.poll(() => toldByAuth(pattern).length).toBeGreaterThan(before)
  return toldByAuth(pattern).at(-1) ?? ''
}

/** What is told beside `code` and `message`, as far as these tests look at it. */
type Told = {
  secret: string
  recovery_codes: string[]
  token: string
  refresh_token: string
  user_id: string
  challenge: { token: string }
}
const dataOf = ({ body }: Answer) => body['data'] as Told
const login = (username: string, word = password) => open.call('POST', '/api/user/login', { username, password: word })

/** Somebody with an authenticator app, who is logged in with it. */
async function withApp(username: string) {
  const api = await signUp(open, username)
  const { secret } = dataOf(await api.call('POST', '/api/user/mfa/totp'))
  const confirmed = await api.call('POST', '/api/user/mfa/totp/confirm', { code: appCode(secret) })
  return { api, secret, recoveryCodes: dataOf(confirmed).recovery_codes }
}

test('somebody registers with address and number, verifies both, and logs in by any of the three', async () => {
  const account = { username: 'Ada', password, email: 'Ada@mail.test', phone: '13800138000' }
  const token = await toldBy(verifyLinks, () => open.call('POST', '/api/user/register', account))
  expect((await open.call('POST', '/api/user/email/verify', { token })).status).toBe(200)
  const api = await logIn(open, 'ada')
  const code = await toldBy(codes, () => api.call('POST', '/api/user/phone/sms-code', { phone: '13800138000' }))
  expect((await api.call('POST', '/api/user/phone', { phone: '13800138000', code })).status).toBe(200)
  expect(dataOf(await api.call('GET', '/api/user/me'))).toMatchObject({
    username: 'Ada',
    email: 'ada@mail.test',
    email_verified: true,
    phone: '+8613800138000',
    phone_verified: true,
  })
  for (const name of ['ada', 'ada@mail.test', '13800138000']) expect((await login(name)).status).toBe(200)
  const form = new URLSearchParams({ username: 'ada@mail.test', password, grant_type: 'password' })
  expect((await open.call('POST', '/auth/login', form)).body).toMatchObject({ token_type: 'bearer' })
})

test('somebody logs in with a code, and is the same person the next time by the web', async () => {
  const phone = '13900139000'
  const key = { 'idempotency-key': 'one' }
  const code = await toldBy(codes, () => open.call('POST', '/api/user/sms-code', { phone }, key))
  const before = toldByAuth(codes).length
  const again = await open.call('POST', '/api/user/sms-code', { phone }, key)
  expect([again.status, dataOf(again)]).toEqual([202, { expires_in: 300, retry_after: 60 }])
  expect(toldByAuth(codes)).toHaveLength(before)
  const refused = await open.call('POST', '/api/user/sms-code', { phone })
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50)

  const first = dataOf(await open.call('POST', '/api/user/sms-login', { phone, code }))
  const api = open.as(first.token)
  expect((await api.call('POST', '/api/user/password', { password })).status).toBe(200)
  expect(dataOf(await login(phone))).toMatchObject({ user_id: first.user_id })
})

test('a new password ends what was begun with the old one, everywhere', async () => {
  await toldBy(verifyLinks, () =>
    open.call('POST', '/api/user/register', { username: 'grace', password, email: 'grace@mail.test' }),
  )
  const [one, other] = [await logIn(open, 'grace'), await logIn(open, 'grace')]
  const changed = await one.call('POST', '/api/user/password', { current: password, password: 'another horse battery' })
  expect(changed.status).toBe(200)
  expect((await one.call('GET', '/api/user/me')).status).toBe(200)
  await expect.poll(async () => (await other.call('GET', '/api/user/me')).status).toBe(401)
})

test('a link that was sent to nobody changes nothing, and the pages of links are there', async () => {
  expect((await open.call('POST', '/api/user/password/forgot', { email: 'nobody@mail.test' })).status).toBe(202)
  const made = await open.call('POST', '/api/user/password/reset', { token: 'x'.repeat(43), password })
  expect(made.status).toBe(401)
  for (const page of ['/reset', '/verify-email', '/pages/one-time-link.js'])
    expect((await open.call('GET', page)).status).toBe(200)
})

describe('somebody with a second factor', () => {
  test('gets a challenge instead of a token, in the form of each route', async () => {
    await withApp('factored')
    const companion = await login('factored')
    expect(companion.status).toBe(403)
    expect(companion.body).toEqual({
      code: 403,
      message: 'Show your second factor',
      data: {
        challenge: {
          token: expect.any(String) as string,
          expires_at: expect.any(String) as string,
          methods: ['totp', 'recovery'],
        },
      },
      request_id: expect.any(String) as string,
    })
    const form = await open.call('POST', '/auth/login', new URLSearchParams({ username: 'factored', password }))
    expect(form.status).toBe(403)
    expect(form.body).toMatchObject({ code: 'second-factor-required', challenge: { methods: ['totp', 'recovery'] } })
    expect(JSON.stringify([companion.body, form.body])).not.toContain('access_token')
  })

  test('gets a JWT and a refresh token where it asked for them', async () => {
    const { recoveryCodes } = await withApp('modern')
    const grant = { grant_type: 'password', username: 'modern', password }
    const refused = await open.call('POST', '/api/v1/auth/tokens', grant)
    expect(refused.status).toBe(403)
    const { token: challenge } = refused.body['challenge'] as { token: string }
    const answer = { challenge, method: 'recovery', code: recoveryCodes[0], token_kind: 'jwt' }
    const data = dataOf(await open.call('POST', '/api/user/mfa/challenge', answer))
    expect(data.token.split('.')).toHaveLength(3)
    const next = { grant_type: 'refresh_token', refresh_token: data.refresh_token }
    expect((await open.call('POST', '/api/v1/auth/tokens', next)).status).toBe(200)
  })

  test('answers it with a code that was written down, and once', async () => {
    const { recoveryCodes } = await withApp('writer')
    const { challenge } = dataOf(await login('writer'))
    const answer = { challenge: challenge.token, method: 'recovery', code: recoveryCodes[0] }
    const { token } = dataOf(await open.call('POST', '/api/user/mfa/challenge', answer))
    const api = open.as(token)
    expect(dataOf(await api.call('GET', '/api/user/mfa'))).toMatchObject({ recovery_codes_left: 9 })
    expect((await open.call('POST', '/api/user/mfa/challenge', answer)).status).toBe(401)
    // A challenge is no token.
    expect((await open.as(challenge.token).call('GET', '/api/user/me')).status).toBe(401)
  })

  test('is out everywhere else when the first one was set up', async () => {
    await signUp(open, 'careful')
    const before = await logIn(open, 'careful')
    const api = await logIn(open, 'careful')
    const { secret } = dataOf(await api.call('POST', '/api/user/mfa/totp'))
    await api.call('POST', '/api/user/mfa/totp/confirm', { code: appCode(secret) })
    await expect.poll(async () => (await before.call('GET', '/api/user/me')).status).toBe(401)
    expect((await api.call('GET', '/api/user/me')).status).toBe(200)
  })

  test('who lost it is helped by an administrator, and by nobody else', async () => {
    const { api } = await withApp('lost')
    const { user_id: userId } = dataOf(await api.call('GET', '/api/user/me'))
    expect((await api.call('DELETE', `/api/v1/admin/users/${userId}/mfa`)).status).toBe(403)
    expect((await admin.call('DELETE', `/api/v1/admin/users/${userId}/mfa`)).status).toBe(200)
    await expect.poll(async () => (await api.call('GET', '/api/user/me')).status).toBe(401)
    expect((await login('lost')).status).toBe(200)
  })
})

test('what was tried is on record, with nobody’s words in it', async () => {
  await login('ada', 'a wrong password')
  const { body } = await admin.call('GET', '/api/v1/admin/audit?limit=100')
  const entries = body['entries'] as { action: string; outcome: string; address?: string }[]
  const seen = entries.map(({ action, outcome }) => `${action} ${outcome}`)
  expect(seen).toEqual(
    expect.arrayContaining([
      'login.password unauthorized',
      'login.password second-factor-required',
      'login.second-factor done',
      'second-factor.totp-added done',
      'second-factor.reset done',
      'contact.email-verified done',
    ]),
  )
  expect(entries.find(({ action }) => action === 'login.password')?.address).toBeDefined()
  expect(JSON.stringify(entries)).not.toMatch(/mail\.test|13800138000|"ada"|horse/)
})
