import { createHash } from 'node:crypto'
import {
  auth,
  authContacts,
  authIdentities,
  authPasswords,
  type Begun,
  type Login,
  type ProviderAnswer,
} from '@parley/contracts'
import { startAppleFake, startOidcFake, type AppleFake, type OidcFake } from '@parley/testkit/oidc-fake'
import { startWechatFake, type WechatFake } from '@parley/testkit/wechat-fake'
import { exportPKCS8, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAuth, refusal, verifyShape, type AuthFixture } from './house.ts'

const stack = new AsyncDisposableStack()
let house: AuthFixture
let corp: OidcFake
let partner: OidcFake
let apple: AppleFake
let wechat: WechatFake
let offsetMs = 0
const now = () => new Date(Date.now() + offsetMs)
const back = 'https://app.example.com/signed-in'
const appleBack = 'https://app.example.com/apple'
const bundleId = 'com.example.parley'
const serviceId = 'com.example.parley.web'

beforeAll(async () => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const pem = await exportPKCS8(privateKey)
  corp = stack.use(
    await startOidcFake({ clientId: 'parley', clientSecret: 'corp s+cret', redirectUris: [back, `${back}/2`], now }),
  )
  partner = stack.use(await startOidcFake({ clientId: 'public', redirectUris: ['com.example.app:/in'], now }))
  apple = stack.use(
    await startAppleFake({
      teamId: 'TEAM123456',
      keyId: 'KEY1234567',
      privateKey: pem,
      bundleIds: [bundleId],
      serviceIds: { [serviceId]: [appleBack] },
      now,
    }),
  )
  const app = { appId: 'wxapp0000000000001', secret: 'app-secret' }
  const mini = { appId: 'wxmini000000000001', secret: 'mini-secret' }
  wechat = stack.use(await startWechatFake({ app, mini }))
  house = stack.use(
    await openAuth({
      OIDC_PROVIDERS: 'corp,the-partner',
      OIDC_CORP_ISSUER: corp.url,
      OIDC_CORP_CLIENT_ID: 'parley',
      OIDC_CORP_CLIENT_SECRET: 'corp s+cret',
      OIDC_CORP_REDIRECT_URIS: `${back},${back}/2`,
      OIDC_CORP_TRUST_EMAIL: 'yes',
      OIDC_THE_PARTNER_ISSUER: partner.url,
      OIDC_THE_PARTNER_CLIENT_ID: 'public',
      OIDC_THE_PARTNER_REDIRECT_URIS: 'com.example.app:/in',
      APPLE_TEAM_ID: 'TEAM123456',
      APPLE_KEY_ID: 'KEY1234567',
      APPLE_PRIVATE_KEY: pem,
      APPLE_BUNDLE_IDS: bundleId,
      APPLE_SERVICE_ID: serviceId,
      APPLE_REDIRECT_URIS: appleBack,
      APPLE_URL: apple.url,
      WECHAT_APP_ID: app.appId,
      WECHAT_APP_SECRET: app.secret,
      WECHAT_REDIRECT_URIS: back,
      WECHAT_MINI_APP_ID: mini.appId,
      WECHAT_MINI_APP_SECRET: mini.secret,
      WECHAT_URL: wechat.url,
      PROVIDER_TIMEOUT_MS: '500',
    }),
  )
})
afterAll(() => stack.disposeAsync())

const pass = (seconds: number) => {
  offsetMs += seconds * 1_000
  house.pass(seconds)
}
const begin = (provider: string, redirectUri?: string) =>
  house.bus.request(authIdentities.beginProviderLogin, { provider, ...(redirectUri && { redirectUri }) })
const finish = (answer: ProviderAnswer) => house.bus.request(authIdentities.loginByProvider, answer)
const unauthorized = { code: 'unauthorized' }

/** Goes the whole way through the page of a provider. */
async function loginAt(
  provider: string,
  fake: OidcFake,
  claims: { sub: string; [claim: string]: unknown },
): Promise<Login> {
  const begun = await begin(provider)
  return finish({ provider, ticket: begun.ticket, ...fake.agree(begun.url ?? '', claims) })
}

async function appleAnswer(
  person: Parameters<AppleFake['agree']>[1],
  {
    clientId = bundleId,
    nonce = (begun: Begun) => sha256(begun.nonce),
    claims = {},
    ...more
  }: {
    clientId?: string
    redirectUri?: string
    nonce?: (begun: Begun) => string
    claims?: Record<string, unknown>
  } = {},
): Promise<ProviderAnswer> {
  const begun = await begin('apple')
  const given = await apple.agree(clientId, person, { nonce: nonce(begun), claims, ...more })
  return { provider: 'apple', ticket: begun.ticket, state: begun.state, ...given }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

async function logInByName(username: string): Promise<Login> {
  await house.register(username)
  return house.login(username)
}

/** Links a provider's person to the account of a login. */
async function linkAt(login: Login, provider: string, fake: OidcFake, sub: string): Promise<void> {
  const begun = await house.as(login, () => house.bus.request(authIdentities.beginLink, { provider }))
  const answer = { provider, ticket: begun.ticket, ...fake.agree(begun.url ?? '', { sub }) }
  await house.as(login, () => house.bus.request(authIdentities.link, answer))
}
const unlink = (login: Login, provider: string) =>
  house.as(login, () => house.bus.request(authIdentities.unlink, { provider }))
const links = async (login: Login) =>
  (await house.as(login, () => house.bus.request(authIdentities.listLinks, {}))).links.map(({ provider }) => provider)

test('the providers are those that are configured', async () => {
  const { providers } = await house.bus.request(authIdentities.listProviders, {})
  expect(providers.map(({ provider }) => provider)).toEqual(['apple', 'wechat', 'wechat-mini', 'corp', 'the-partner'])
  expect(await refusal(begin('another'))).toMatchObject({ code: 'not-found' })
})

describe('OpenID Connect', () => {
  test('opens an account the first time, and is the same one afterwards', async () => {
    const first = await loginAt('corp', corp, { sub: 'ada' })
    const again = await loginAt('corp', corp, { sub: 'ada' })
    const other = await loginAt('corp', corp, { sub: 'grace' })
    expect(again.person.userId).toBe(first.person.userId)
    expect(other.person.userId).not.toBe(first.person.userId)
  })

  test('works for a client without a secret, by PKCE', async () => {
    const { person } = await loginAt('the-partner', partner, { sub: 'ada' })
    expect(person.kind).toBe('user')
    expect(partner.requests.filter(({ refusal: refused }) => refused)).toEqual([])
  })

  test('is the same subject of another provider somebody else', async () => {
    const [one, other] = [
      await loginAt('corp', corp, { sub: 'same' }),
      await loginAt('the-partner', partner, { sub: 'same' }),
    ]
    expect(one.person.userId).not.toBe(other.person.userId)
  })

  test('leads back only where configuration says', async () => {
    expect((await begin('corp', `${back}/2`)).url).toContain(encodeURIComponent(`${back}/2`))
    expect(await refusal(begin('corp', 'https://evil.example.com/'))).toMatchObject({
      code: 'bad-request',
      issues: [{ path: 'redirectUri' }],
    })
  })

  test('of many who come at once with one new subject, one account is made', async () => {
    const logins = await Promise.all(Array.from({ length: 4 }, () => loginAt('corp', corp, { sub: 'crowd' })))
    expect(new Set(logins.map(({ person }) => person.userId)).size).toBe(1)
  })
})

describe('a login that somebody else began', () => {
  test.each<[string, (own: ProviderAnswer) => Partial<ProviderAnswer>]>([
    ['without a ticket', () => ({ ticket: undefined })],
    ['with a ticket of nobody', () => ({ ticket: 'x'.repeat(43) })],
    ['with another state', () => ({ state: 'another' })],
    ['without a state', () => ({ state: undefined })],
    ['for another provider', () => ({ provider: 'the-partner' })],
  ])('is refused %s', async (_, change) => {
    const begun = await begin('corp')
    const own = { provider: 'corp', ticket: begun.ticket, ...corp.agree(begun.url ?? '', { sub: 'victim' }) }
    expect(await refusal(finish({ ...own, ...change(own) }))).toMatchObject(unauthorized)
  })

  test('is refused with the ticket of another attempt: PKCE and nonce are of this one', async () => {
    const [mine, theirs] = [await begin('corp'), await begin('corp')]
    const { code } = corp.agree(theirs.url ?? '', { sub: 'victim' })
    const answer = { provider: 'corp', ticket: mine.ticket, state: mine.state, code }
    expect(await refusal(finish(answer))).toMatchObject(unauthorized)
  })

  test('is refused the second time, and after ten minutes', async () => {
    const begun = await begin('corp')
    const answer = { provider: 'corp', ticket: begun.ticket, ...corp.agree(begun.url ?? '', { sub: 'ada' }) }
    await finish(answer)
    expect(await refusal(finish(answer))).toMatchObject(unauthorized)
    const late = await begin('corp')
    const given = corp.agree(late.url ?? '', { sub: 'ada' })
    pass(601)
    expect(await refusal(finish({ provider: 'corp', ticket: late.ticket, ...given }))).toMatchObject(unauthorized)
  })

  test('is no login when it was begun as a link, nor the other way round', async () => {
    const login = await logInByName('linker-1')
    const begun = await house.as(login, () => house.bus.request(authIdentities.beginLink, { provider: 'corp' }))
    const given = corp.agree(begun.url ?? '', { sub: 'linker-1' })
    expect(await refusal(finish({ provider: 'corp', ticket: begun.ticket, ...given }))).toMatchObject(unauthorized)
    const other = await begin('corp')
    const answer = { provider: 'corp', ticket: other.ticket, ...corp.agree(other.url ?? '', { sub: 'linker-1' }) }
    const linked = house.as(login, () => house.bus.request(authIdentities.link, answer))
    expect(await refusal(linked)).toMatchObject(unauthorized)
  })
})

describe('an identity token', () => {
  const secret = new TextEncoder().encode('x'.repeat(32))
  test.each<[string, Parameters<OidcFake['forge']>[0]]>([
    ['without a signature', (claims) => new UnsecuredJWT(claims).encode()],
    [
      'signed with a shared secret',
      (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'key-1' }).sign(secret),
    ],
    ['signed by somebody else', (claims) => partner.keys.sign(claims)],
    ['for another app', (claims, keys) => keys.sign({ ...claims, aud: 'another' })],
    [
      'for several apps, not given to us',
      (claims, keys) => keys.sign({ ...claims, aud: ['parley', 'another'], azp: 'another' }),
    ],
    ['of another issuer', (claims, keys) => keys.sign({ ...claims, iss: 'https://evil.example.com' })],
    ['of another attempt', (claims, keys) => keys.sign({ ...claims, nonce: 'another' })],
    ['without a nonce', (claims, keys) => keys.sign({ ...claims, nonce: undefined })],
    ['that is too old', (claims, keys) => keys.sign({ ...claims, exp: Number(claims['iat']) - 120 })],
    ['without an end', (claims, keys) => keys.sign({ ...claims, exp: undefined })],
    ['without a subject', (claims, keys) => keys.sign({ ...claims, sub: undefined })],
    ['that is none', () => 'not.a.token'],
  ])('%s lets nobody in', async (_, make) => {
    corp.forge(make)
    expect(await refusal(loginAt('corp', corp, { sub: 'ada' }))).toMatchObject(unauthorized)
  })
})

describe('a provider that does not work', () => {
  test.each<[string, Parameters<OidcFake['fail']>[0], string]>([
    ['fails', { status: 500, body: { error: 'server_error' } }, 'provider-failed'],
    ['does not know us any more', { status: 401, body: { error: 'invalid_client' } }, 'provider-failed'],
    ['answers with a page', { status: 200, type: 'text/html', body: '<html>' }, 'provider-failed'],
    ['says nothing', 'silence', 'timeout'],
    ['hangs up', 'cut', 'provider-failed'],
  ])('and %s is a problem, not a refusal', async (_, answer, code) => {
    const begun = await begin('corp')
    const given = corp.agree(begun.url ?? '', { sub: 'ada' })
    corp.fail(answer)
    expect(await refusal(finish({ provider: 'corp', ticket: begun.ticket, ...given }))).toMatchObject({ code })
    expect(house.lines.join('')).not.toContain('corp s')
  })
})

describe('Sign in with Apple', () => {
  test('lets somebody in from an app, and keeps what ends the consent, encrypted', async () => {
    const { person } = await finish(await appleAnswer({ sub: 'a.1', email: 'a1@mail.test', email_verified: 'true' }))
    const again = await finish(await appleAnswer({ sub: 'a.1' }))
    expect(again.person.userId).toBe(person.userId)
    const { rows } = await house.database.query('SELECT "grant" FROM identity_links WHERE subject = $1', ['a.1'])
    expect(rows[0].grant).toMatch(/^v1\./)
    for (const token of apple.consents.keys()) expect(rows[0].grant).not.toContain(token)
    expect(await me(again)).toMatchObject({ email: 'a1@mail.test', emailVerified: true })
  })

  test('lets somebody in from a page, with its way back', async () => {
    const { person } = await finish(await appleAnswer({ sub: 'a.1' }, { clientId: serviceId, redirectUri: appleBack }))
    const known = await finish(await appleAnswer({ sub: 'a.1' }))
    expect(person.userId).toBe(known.person.userId)
  })

  test('an address is verified only if Apple says so, as text or not', async () => {
    for (const [sub, verified] of [
      ['a.2', 'false'],
      ['a.3', false],
      ['a.4', undefined],
    ] as const) {
      const person = { sub, email: `${sub}@mail.test`, ...(verified !== undefined && { email_verified: verified }) }
      expect(await me(await finish(await appleAnswer(person)))).not.toHaveProperty('email')
    }
    expect(
      await me(await finish(await appleAnswer({ sub: 'a.5', email: 'a5@mail.test', email_verified: true }))),
    ).toMatchObject({
      emailVerified: true,
    })
  })

  test.each<[string, Parameters<typeof appleAnswer>[1], Partial<ProviderAnswer>]>([
    ['the nonce as it is, not its digest', { nonce: (begun) => begun.nonce }, {}],
    ['another nonce', { nonce: () => sha256('another') }, {}],
    ['a token for another app', { claims: { aud: 'com.example.other' } }, {}],
    ['a token of another issuer', { claims: { iss: 'https://evil.example.com' } }, {}],
    ['a code that Apple never gave', {}, { code: 'c.nothing' }],
    ['no token', {}, { idToken: undefined }],
  ])('%s lets nobody in', async (_, options, change) => {
    const answer = await appleAnswer({ sub: 'a.1' }, options)
    expect(await refusal(finish({ ...answer, ...change }))).toMatchObject(unauthorized)
  })

  test('a code of somebody else with one’s own token lets nobody in', async () => {
    const [mine, theirs] = [await appleAnswer({ sub: 'a.mine' }), await appleAnswer({ sub: 'a.theirs' })]
    expect(await refusal(finish({ ...mine, code: theirs.code }))).toMatchObject(unauthorized)
  })

  test('unlinking ends the consent at Apple', async () => {
    const login = await finish(await appleAnswer({ sub: 'a.leaving' }))
    const ofThem = () => [...apple.consents.values()].filter(({ sub }) => sub === 'a.leaving')
    expect(ofThem()).toHaveLength(1)
    expect(await refusal(unlink(login, 'apple'))).toMatchObject({ code: 'conflict' })
    expect(ofThem()).toHaveLength(1)
    await setPassword(login)
    await unlink(login, 'apple')
    expect(ofThem()).toEqual([])
    expect(apple.requests.at(-1)).toEqual({ path: '/auth/revoke', refusal: undefined })
    expect(await links(login)).toEqual([])
  })
})

describe('WeChat', () => {
  const mini = (user: Parameters<WechatFake['miniCode']>[0]) =>
    finish({ provider: 'wechat-mini', code: wechat.miniCode(user) })
  async function app(user: Parameters<WechatFake['appCode']>[0]): Promise<Login> {
    const { ticket, state } = await begin('wechat')
    return finish({ provider: 'wechat', ticket, state, code: wechat.appCode(user) })
  }

  test('knows one person by the union id, from the mini-program and from the app', async () => {
    const one = await mini({ openid: 'm-1', unionid: 'u-1' })
    const other = await app({ openid: 'o-1', unionid: 'u-1' })
    expect(other.person.userId).toBe(one.person.userId)
    expect(await links(one)).toEqual(['wechat'])
  })

  test('knows somebody without a union id again, also when they have one later', async () => {
    const before = await mini({ openid: 'm-2' })
    const after = await mini({ openid: 'm-2', unionid: 'u-2' })
    const elsewhere = await app({ openid: 'o-2', unionid: 'u-2' })
    expect([after, elsewhere].map(({ person }) => person.userId)).toEqual([before.person.userId, before.person.userId])
  })

  test('is the same open id of another app somebody else', async () => {
    expect((await mini({ openid: 'x-3' })).person.userId).not.toBe((await app({ openid: 'x-3' })).person.userId)
  })

  test('has a page with a QR code', async () => {
    const { url, state } = await begin('wechat')
    const page = new URL(url ?? '')
    expect(page.origin + page.pathname).toBe('https://open.weixin.qq.com/connect/qrconnect')
    expect(Object.fromEntries(page.searchParams)).toEqual({
      appid: 'wxapp0000000000001',
      redirect_uri: back,
      response_type: 'code',
      scope: 'snsapi_login',
      state,
    })
    expect(page.hash).toBe('#wechat_redirect')
  })

  test('a code is good for one use, and for its own app', async () => {
    const code = wechat.miniCode({ openid: 'm-4' })
    await finish({ provider: 'wechat-mini', code })
    expect(await refusal(finish({ provider: 'wechat-mini', code }))).toMatchObject(unauthorized)
    const foreign = finish({ provider: 'wechat-mini', code: wechat.appCode({ openid: 'm-4' }) })
    expect(await refusal(foreign)).toMatchObject(unauthorized)
  })

  test.each([
    [40_226, 'unauthorized'],
    [-1, 'provider-failed'],
    [45_011, 'provider-failed'],
    [40_125, 'provider-failed'],
  ])('errcode %i is %s, though it comes with status 200', async (errcode, code) => {
    wechat.fail(errcode)
    expect(await refusal(mini({ openid: 'm-5' }))).toMatchObject({ code })
  })

  test('what it tells of its session leaves nowhere', async () => {
    const told = JSON.stringify([await mini({ openid: 'm-6' }), await app({ openid: 'o-6' })]) + house.lines.join('')
    for (const secret of [...wechat.secrets, 'app-secret', 'mini-secret']) expect(told).not.toContain(secret)
  })
})

describe('linking', () => {
  test('adds a way in to an account, and unlinking takes it away', async () => {
    const login = await logInByName('linker-2')
    await linkAt(login, 'corp', corp, 'linker-2')
    expect((await loginAt('corp', corp, { sub: 'linker-2' })).person.userId).toBe(login.person.userId)
    expect(await links(login)).toEqual(['corp'])
    await unlink(login, 'corp')
    expect((await loginAt('corp', corp, { sub: 'linker-2' })).person.userId).not.toBe(login.person.userId)
    expect(await refusal(unlink(login, 'corp'))).toMatchObject({ code: 'not-found' })
  })

  test('what belongs to another account stays theirs', async () => {
    await loginAt('corp', corp, { sub: 'taken' })
    const login = await logInByName('linker-3')
    expect(await refusal(linkAt(login, 'corp', corp, 'taken'))).toMatchObject({ code: 'conflict' })
  })

  test('never takes the last way in, not even two at once', async () => {
    const login = await loginAt('corp', corp, { sub: 'last' })
    await linkAt(login, 'the-partner', partner, 'last')
    const ends = await Promise.allSettled([unlink(login, 'corp'), unlink(login, 'the-partner')])
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await links(login)).toHaveLength(1)
  })

  describe('by an e-mail address', () => {
    async function verified(username: string): Promise<string> {
      const before = house.told(verifyShape).length
      const userId = await house.register(username, { email: `${username}@mail.test` })
      await expect.poll(() => house.told(verifyShape).length).toBeGreaterThan(before)
      await house.bus.request(authContacts.verifyEmail, { token: house.told(verifyShape).at(-1) ?? '' })
      return userId
    }
    const claimsOf = (username: string, more: object = {}) => ({
      sub: `${username}-${Math.random()}`,
      email: `${username}@mail.test`,
      email_verified: true,
      ...more,
    })

    test('happens when both sides have verified it, and we trust the provider with it', async () => {
      const userId = await verified('mailed-1')
      expect((await loginAt('corp', corp, claimsOf('mailed-1'))).person.userId).toBe(userId)
    })

    test('does not happen when the provider has not verified it', async () => {
      const userId = await verified('mailed-2')
      for (const email_verified of [false, 'false', undefined])
        expect((await loginAt('corp', corp, claimsOf('mailed-2', { email_verified }))).person.userId).not.toBe(userId)
    })

    test('does not happen when we have not verified it', async () => {
      const userId = await house.register('mailed-3', { email: 'mailed-3@mail.test' })
      expect((await loginAt('corp', corp, claimsOf('mailed-3'))).person.userId).not.toBe(userId)
    })

    test('does not happen for a provider that we do not trust with it', async () => {
      const userId = await verified('mailed-4')
      expect((await loginAt('the-partner', partner, claimsOf('mailed-4'))).person.userId).not.toBe(userId)
    })
  })
})

const me = (login: Login) => house.as(login, () => house.bus.request(auth.me, {}))

/** Somebody who came by a provider needs none to set one. */
async function setPassword(login: Login): Promise<void> {
  await house.as(login, () => house.bus.request(authPasswords.changePassword, { password: 'correct horse battery' }))
}
