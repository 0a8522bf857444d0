import { app, auth, authSessions, scopesOf, type Client, type Person, type AppUpdate } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAuth, password, type AuthFixture } from './fixture.ts'

let fixture: AuthFixture
beforeAll(async () => {
  fixture = await openAuth()
})
afterAll(() => fixture[Symbol.asyncDispose]())

const phone: Client = { userAgent: 'Phone/1', address: '192.0.2.7', device: 'Ada’s phone' }
const verify = (token: string) => fixture.bus.request(auth.verify, { token })
const refresh = (refreshToken = '', client = phone) =>
  fixture.bus.request(authSessions.refresh, { refreshToken, client })
const list = async (person: Person) =>
  (await callAs(person, () => fixture.bus.request(authSessions.listSessions, {}))).sessions
const refusedAs = (code: string) => expect.objectContaining({ code }) as unknown

let people = 0
async function someone(tokenKind: 'opaque' | 'jwt' = 'jwt') {
  const username = `someone-${++people}`
  await fixture.register(username)
  return { username, login: await fixture.logIn(username, { tokenKind, client: phone }) }
}

describe('a JWT', () => {
  test('says who, through which session, and what may be done', async () => {
    const { login } = await someone()
    const { userId, sessionId } = login.person
    expect(decodeProtectedHeader(login.token)).toEqual({
      alg: 'EdDSA',
      typ: 'at+jwt',
      kid: expect.any(String) as string,
    })
    expect(decodeJwt(login.token)).toMatchObject({
      iss: 'parley',
      aud: 'parley-api',
      sub: userId,
      sid: sessionId,
      kind: 'user',
      scope: scopesOf('user').toSorted().join(' '),
    })
    expect((Date.parse(login.expiresAt) - Date.now()) / 60_000).toBeCloseTo(15, 1)
    expect((Date.parse(login.refresh?.expiresAt ?? '') - Date.now()) / 86_400_000).toBeCloseTo(30, 2)
    expect((await verify(login.token)).person).toEqual(login.person)
  })

  test('is not good any more when its session has ended', async () => {
    const { login } = await someone()
    expect(await fixture.bus.request(auth.logout, { token: login.token })).toEqual({ ended: true })
    await expect(verify(login.token)).rejects.toMatchObject({ code: 'unauthorized' })
    await expect(refresh(login.refresh?.token)).rejects.toMatchObject({ code: 'unauthorized' })
    expect(await fixture.bus.request(auth.logout, { token: login.token })).toEqual({ ended: false })
  })
})

describe('a refresh token', () => {
  test('is traded for the next one', async () => {
    const { login } = await someone()
    const next = await refresh(login.refresh?.token)
    expect(next.refresh?.token).not.toBe(login.refresh?.token)
    expect(next.person).toEqual(login.person)
    expect((await verify(next.token)).person).toEqual(login.person)
    expect((await refresh(next.refresh?.token)).person).toEqual(login.person)
  })

  test('that fifty come with at once has one successor, and nobody is signed out', async () => {
    const { login } = await someone()
    const all = await Promise.all(Array.from({ length: 50 }, () => refresh(login.refresh?.token)))
    const [successor, ...others] = new Set(all.map(({ refresh }) => refresh?.token))
    expect(others).toEqual([])
    for (const { token } of all) expect((await verify(token)).person).toEqual(login.person)
    const { rows } = await fixture.database.query('SELECT FROM refresh_tokens WHERE family_id = $1', [
      login.person.sessionId,
    ])
    expect(rows).toHaveLength(2)
    expect((await refresh(successor)).person).toEqual(login.person)
  })

  test('is kept as a digest, and its successor readable with it alone', async () => {
    const { login } = await someone()
    const next = await refresh(login.refresh?.token)
    const stored = JSON.stringify((await fixture.database.query('SELECT * FROM refresh_tokens')).rows)
    const names = await fixture.redis.keys(`${fixture.corner.redisKeyPrefix}*`)
    const values = await Promise.all(
      names.map((name) => fixture.redis.dump(name.slice(fixture.corner.redisKeyPrefix.length))),
    )
    for (const token of [login.refresh?.token ?? '', next.refresh?.token ?? '']) {
      expect(stored + values.join('') + fixture.lines.join('')).not.toContain(token)
    }
  })

  test('that comes from elsewhere ends the family, and no other session', async () => {
    const { username, login } = await someone()
    const other = await fixture.logIn(username, { tokenKind: 'jwt' })
    const told: AppUpdate[] = []
    await using _apps = fixture.bus.on(app.update, (update) => void told.push(update), {
      tokens: { userId: login.person.userId },
    })
    await fixture.bus.flush()
    const next = await refresh(login.refresh?.token)
    await expect(refresh(login.refresh?.token, { userAgent: 'Thief/1' })).rejects.toEqual(refusedAs('unauthorized'))
    await expect(refresh(next.refresh?.token)).rejects.toEqual(refusedAs('unauthorized'))
    await expect(verify(next.token)).rejects.toEqual(refusedAs('unauthorized'))
    const { sessionId, userId } = login.person
    await expect.poll(() => fixture.ended).toContainEqual({ sessionId, userId })
    await expect.poll(() => told).toEqual([{ type: 'session-ended-for-safety', sessionId }])
    const noted = await fixture.database.query('SELECT action FROM audit_entries WHERE target_id = $1', [sessionId])
    expect(noted.rows.map(({ action }: { action: string }) => action)).toContain('token.reused')
    expect((await verify(other.token)).person).toEqual(other.person)
  })

  test.each([
    ['made up', async () => 'made-up'],
    [
      'of a user who is disabled',
      async () => {
        const { login } = await someone()
        await fixture.database.query('UPDATE users SET disabled_at = now() WHERE id = $1', [login.person.userId])
        return login.refresh?.token
      },
    ],
  ])('%s is refused', async (_what, make) => {
    await expect(refresh(await make())).rejects.toMatchObject({ code: 'unauthorized' })
  })
})

describe('sessions', () => {
  test('are listed with where they are, the newest first', async () => {
    const { username, login } = await someone()
    const second = await fixture.logIn(username)
    expect(await list(second.person)).toEqual([
      expect.objectContaining({ sessionId: second.person.sessionId, tokenKind: 'opaque', current: true }),
      expect.objectContaining({
        sessionId: login.person.sessionId,
        tokenKind: 'jwt',
        method: 'password',
        ...phone,
        current: false,
      }),
    ])
  })

  test('end one by one, for their owner only', async () => {
    const { username, login } = await someone('opaque')
    const mine = await fixture.logIn(username)
    const end = (person: Person) =>
      callAs(person, () => fixture.bus.request(authSessions.endSession, { sessionId: login.person.sessionId }))
    await expect(end(newPerson())).rejects.toMatchObject({ code: 'not-found' })
    expect((await verify(login.token)).person).toEqual(login.person)
    expect(await end(mine.person)).toEqual({ ended: 1 })
    await expect(end(mine.person)).rejects.toMatchObject({ code: 'not-found' })
    await expect(verify(login.token)).rejects.toMatchObject({ code: 'unauthorized' })
    expect(await fixture.redis.exists(`token:${login.token}`)).toBe(0)
    expect((await list(mine.person)).map(({ sessionId }) => sessionId)).toEqual([mine.person.sessionId])
  })

  test('end all together, but for the one that asks if it says so', async () => {
    const { username, login } = await someone()
    const others = [await fixture.logIn(username), await fixture.logIn(username)]
    const end = (keepCurrent: boolean) =>
      callAs(login.person, () => fixture.bus.request(authSessions.endSessions, { keepCurrent }))
    expect(await end(true)).toEqual({ ended: 2 })
    for (const { token } of others) await expect(verify(token)).rejects.toMatchObject({ code: 'unauthorized' })
    expect((await verify(login.token)).person).toEqual(login.person)
    expect(await end(false)).toEqual({ ended: 1 })
    expect(await list(login.person)).toEqual([])
  })

  test('of older clients are in their hash', async () => {
    const { login } = await someone('opaque')
    const key = `session:${login.person.userId}`
    expect(await fixture.redis.hgetall(key)).toEqual({
      access_token: login.token,
      created_at: expect.any(String) as string,
      last_active: expect.any(String) as string,
    })
    expect(await fixture.redis.ttl(key)).toBeGreaterThan(86_000)
    await fixture.bus.request(auth.logout, { token: login.token })
    expect(await fixture.redis.exists(key)).toBe(0)
  })

  test('that ended are told to whoever missed it, page by page', async () => {
    const { now: since } = await fixture.bus.request(authSessions.endedSessions, {})
    const logins = [await someone(), await someone('opaque'), await someone()].map(({ login }) => login)
    for (const { token } of logins) await fixture.bus.request(auth.logout, { token })
    const { ended } = await fixture.bus.request(authSessions.endedSessions, { since })
    expect(ended.map(({ sessionId }) => sessionId)).toEqual(logins.map(({ person }) => person.sessionId))
    const rest = await fixture.bus.request(authSessions.endedSessions, { since, after: ended[0] })
    expect(rest.ended).toEqual(ended.slice(1))
    expect((await fixture.bus.request(authSessions.endedSessions, {})).ended).toEqual(expect.arrayContaining(ended))
  })

  test('that began before sessions were recorded go on, and end', async () => {
    const { login } = await someone('opaque')
    const person = { ...login.person, sessionId: newPerson().sessionId }
    await fixture.redis.set('token:older', JSON.stringify({ ...person, expiresAt: login.expiresAt }))
    expect((await verify('older')).person).toEqual(person)
    expect(await fixture.bus.request(auth.logout, { token: 'older' })).toEqual({ ended: true })
    await expect.poll(() => fixture.ended.map(({ sessionId }) => sessionId)).toContain(person.sessionId)
    await expect(verify('older')).rejects.toMatchObject({ code: 'unauthorized' })
  })
})

describe('when time passes', () => {
  test('a JWT is over after a quarter of an hour, and its refresh goes on', async () => {
    await using own = await openAuth()
    await own.register('ada')
    const { token, refresh: first, person } = await own.logIn('ada', { tokenKind: 'jwt', client: phone })
    own.pass(15 * 60 + 10)
    await expect(own.bus.request(auth.verify, { token })).rejects.toMatchObject({ code: 'unauthorized' })
    const next = await own.bus.request(authSessions.refresh, { refreshToken: first?.token ?? '', client: phone })
    expect((await own.bus.request(auth.verify, { token: next.token })).person).toEqual(person)

    // Beyond the grace, whoever comes with the first one has a copy.
    own.pass(31)
    const replay = own.bus.request(authSessions.refresh, { refreshToken: first?.token ?? '', client: phone })
    await expect(replay).rejects.toMatchObject({ code: 'unauthorized' })
    await expect(own.bus.request(auth.verify, { token: next.token })).rejects.toMatchObject({ code: 'unauthorized' })
    await expect.poll(() => own.ended).toEqual([{ sessionId: person.sessionId, userId: person.userId }])
  })

  test('a session is refreshed for ninety days, and each refresh token waits thirty', async () => {
    await using own = await openAuth()
    await own.register('ada')
    let login = await own.logIn('ada', { tokenKind: 'jwt' })
    const next = () => own.bus.request(authSessions.refresh, { refreshToken: login.refresh?.token ?? '' })
    for (const days of [29, 29, 29]) {
      own.pass(days * 86_400)
      login = await next()
    }
    own.pass(2 * 86_400)
    login = await next()
    expect(Date.parse(login.refresh?.expiresAt ?? '') - Date.parse(login.expiresAt)).toBeGreaterThan(0)
    own.pass(2 * 86_400)
    await expect(next()).rejects.toMatchObject({ code: 'unauthorized' })

    login = await own.logIn('ada', { tokenKind: 'jwt' })
    own.pass(31 * 86_400)
    await expect(next()).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('a session that nobody uses ends, where that is wanted', async () => {
    await using own = await openAuth({ SESSION_IDLE_S: '3600' })
    await own.register('ada')
    const opaque = await own.logIn('ada')
    const jwt = await own.logIn('ada', { tokenKind: 'jwt' })
    own.pass(3_000)
    await own.bus.request(auth.verify, { token: opaque.token })
    own.pass(3_000)
    await own.bus.request(auth.verify, { token: opaque.token })
    own.pass(3_700)
    await expect(own.bus.request(auth.verify, { token: opaque.token })).rejects.toMatchObject({ code: 'unauthorized' })
    const late = own.bus.request(authSessions.refresh, { refreshToken: jwt.refresh?.token ?? '' })
    await expect(late).rejects.toMatchObject({ code: 'unauthorized' })
    await expect.poll(() => own.ended).toHaveLength(2)
  })

  test('keys follow one another, and what was signed stays good', async () => {
    await using own = await openAuth({ ACCESS_TOKEN_KEY_DAYS: '1' })
    const kids = async () => (await own.bus.request(authSessions.accessKeys, {})).keys.map(({ kid }) => kid).toSorted()
    await own.register('ada')
    const [first = ''] = await kids()
    const early = await own.logIn('ada', { tokenKind: 'jwt' })
    expect(decodeProtectedHeader(early.token).kid).toBe(first)

    own.pass(86_400)
    await expect.poll(kids).toHaveLength(2)
    const between = await own.logIn('ada', { tokenKind: 'jwt' })
    expect(decodeProtectedHeader(between.token).kid).toBe(first)

    own.pass(650)
    const later = await own.logIn('ada', { tokenKind: 'jwt' })
    expect(decodeProtectedHeader(later.token).kid).not.toBe(first)
    expect((await own.bus.request(auth.verify, { token: between.token })).person).toEqual(between.person)

    own.pass(1_000)
    await expect.poll(kids).not.toContain(first)
  })
})

test('keys may be given: the first signs, all of them are published', async () => {
  const keys = await Promise.all(
    ['new', 'old'].map(async (kid) => {
      const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
      const { d, ...jwk } = await exportJWK(privateKey)
      return { ...jwk, kid, ...(kid === 'new' && { d }) }
    }),
  )
  await using own = await openAuth({ ACCESS_TOKEN_KEYS: JSON.stringify({ keys }) })
  await own.register('ada')
  const { token, person } = await own.logIn('ada', { tokenKind: 'jwt' })
  expect(decodeProtectedHeader(token).kid).toBe('new')
  expect((await own.bus.request(auth.verify, { token })).person).toEqual(person)
  const published = (await own.bus.request(authSessions.accessKeys, {})).keys
  expect(published.map(({ kid }) => kid)).toEqual(['new', 'old'])
  expect(JSON.stringify(published)).not.toContain('"d"')
})

test('private keys are sealed in the database', async () => {
  await someone()
  const { rows } = await fixture.database.query<{ sealed: Buffer; public_jwk: object }>('SELECT * FROM signing_keys')
  expect(rows).toHaveLength(1)
  expect(rows[0]?.sealed.toString('latin1')).not.toContain('"d"')
  expect(rows[0]?.public_jwk).not.toHaveProperty('d')
})

test('a disabled user is told so, with the right password only', async () => {
  const { username, login } = await someone()
  await fixture.database.query('UPDATE users SET disabled_at = now() WHERE id = $1', [login.person.userId])
  await expect(fixture.logIn(username)).rejects.toMatchObject({ code: 'forbidden' })
  const wrong = fixture.bus.request(auth.login, { username, password: `not ${password}` })
  await expect(wrong).rejects.toMatchObject({ code: 'unauthorized' })
})
