import { randomBytes } from 'node:crypto'
import { connectBus } from '@parley/bus'
import { authSessions } from '@parley/contracts'
import { newPerson } from '@parley/test-caller'
import { SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setupToken, startPlatform, toldByAuth, type Platform } from '../platform.ts'
import { logIn, logInByJwt, openApi, password, setUpAdministrator, signUp, type Answer, type Api } from './api.ts'

// What people do who want in without a right to: each is refused, changes nothing, and stands in the audit record.

const stack = new AsyncDisposableStack()
const lines: string[] = []
let platform: Platform
let open: Api
let admin: Api
let victim: Api

beforeAll(async () => {
  platform = stack.use(await startPlatform({ PASSWORD_MEMORY_KIB: '8192' }, { lines }))
  open = openApi(platform.apiUrl)
  admin = await setUpAdministrator(open, setupToken(), 'boss')
  victim = await signUp(open, 'victim')
})
afterAll(() => stack.disposeAsync())

type Entry = { action: string; outcome: string; target?: { kind: string; id: string }; actor: { id?: string } }
async function recorded(filter: string): Promise<Entry[]> {
  const { body } = await admin.call('GET', `/api/v1/admin/audit?limit=100&${filter}`)
  return body['entries'] as Entry[]
}
const untilRecorded = (filter: string, like: object) =>
  expect.poll(() => recorded(filter)).toContainEqual(expect.objectContaining(like))
const codes = /The code is (\d{6})/
let phones = 0
const newPhone = () => `1390000${String(++phones).padStart(4, '0')}`
const userIdOf = async (api: Api) => {
  const { body } = await api.call('GET', '/api/user/me')
  return (body['data'] as { user_id: string }).user_id
}

describe('guessing', () => {
  test('a code: after five wrong ones the right one is void', async () => {
    const phone = newPhone()
    const before = toldByAuth(codes).length
    await open.call('POST', '/api/user/sms-code', { phone })
    await expect.poll(() => toldByAuth(codes).length).toBe(before + 1)
    const right = toldByAuth(codes).at(-1) ?? ''
    const wrong = right === '111111' ? '222222' : '111111'
    const tries = [wrong, wrong, wrong, wrong, wrong, right]
    for (const code of tries) expect((await open.call('POST', '/api/user/sms-login', { phone, code })).status).toBe(401)
    expect((await recorded('action=login.code')).filter(({ outcome }) => outcome === 'unauthorized')).toHaveLength(6)
  })

  test('a password: after a hundred wrong ones not even the right one gets in', async () => {
    await signUp(open, 'guessed')
    const guess = (word: string) => open.call('POST', '/api/user/login', { username: 'guessed', password: word })
    for (let round = 0; round < 25; round++) await Promise.all([1, 2, 3, 4].map(() => guess('not the password')))
    expect((await guess(password)).status).toBe(429)
    await untilRecorded('action=login.password', { outcome: 'rate-limited' })
    await untilRecorded('action=login.password', { outcome: 'unauthorized' })
  })
})

describe('pumping', () => {
  test('messages to one number: one a minute', async () => {
    const phone = newPhone()
    const sent = [
      await open.call('POST', '/api/user/sms-code', { phone }),
      await open.call('POST', '/api/user/sms-code', { phone }),
    ]
    expect(sent.map(({ status }) => status)).toEqual([202, 429])
    await untilRecorded('action=login.code-sent', { outcome: 'rate-limited' })
  })
})

describe('finding out who is here', () => {
  test('by what is said: the same for somebody and nobody', async () => {
    const ask = async (method: string, path: string, body: object) => {
      const { status, body: said } = await open.call(method, path, body)
      return JSON.stringify([status, said]).replaceAll(/"request_?[iI]d":"[^"]*"/g, '')
    }
    const login = (username: string) => ask('POST', '/api/user/login', { username, password: 'not the password' })
    expect(await login('victim')).toBe(await login('nobody-here'))
    await open.call('POST', '/api/user/register', { username: 'reachable', password, email: 'known@mail.test' })
    const forgot = (email: string) => ask('POST', '/api/user/password/forgot', { email })
    expect(await forgot('known@mail.test')).toBe(await forgot('unknown@mail.test'))
    const code = (phone: string) => ask('POST', '/api/user/sms-code', { phone })
    expect(await code(newPhone())).toBe(await code(newPhone()))
  })

  test('by how long it takes: a name that nobody has costs a password, too', async () => {
    const timesOf = async (username: string) => {
      const startedAt = performance.now()
      await open.call('POST', '/api/user/login', { username, password: 'not the password' })
      return performance.now() - startedAt
    }
    const [known, unknown]: [number[], number[]] = [[], []]
    for (let round = 0; round < 9; round++) {
      known.push(await timesOf('victim'))
      unknown.push(await timesOf(`nobody-${round}`))
    }
    const median = (times: number[]) => times.toSorted((a, b) => a - b)[4] ?? 0
    // A password of this installation costs tens of milliseconds, a look-up one.
    expect(median(unknown) / median(known)).toBeGreaterThan(0.5)
    expect(median(unknown) / median(known)).toBeLessThan(2)
  })
})

describe('tokens', () => {
  test('in an address are none, and stand in no log', async () => {
    const { token = '' } = victim
    for (const name of ['token', 'access_token', 'authorization'])
      expect((await open.call('GET', `/api/user/me?${name}=${token}`)).status).toBe(401)
    await victim.call('GET', '/api/user/me')
    expect(lines.join('\n')).not.toContain(token)
  })

  test.each<[what: string, forge: (claims: object) => Promise<string>]>([
    [
      'without a signature',
      (claims) =>
        Promise.resolve(new UnsecuredJWT({ ...claims }).setAudience('parley-api').setExpirationTime('1h').encode()),
    ],
    [
      'signed by a secret of one’s own',
      (claims) =>
        new SignJWT({ ...claims })
          .setProtectedHeader({ alg: 'HS256' })
          .setAudience('parley-api')
          .setExpirationTime('1h')
          .sign(randomBytes(32)),
    ],
  ])('that are forged, %s', async (_what, forge) => {
    const { access_token: real } = await logInByJwt(open, 'victim')
    const claims = JSON.parse(Buffer.from(real.split('.')[1] ?? '', 'base64url').toString()) as object
    const forged = await forge({ ...claims, kind: 'admin' })
    expect((await open.as(forged).call('GET', '/api/v1/admin/users')).status).toBe(401)
    await untilRecorded('action=request.refused', {
      outcome: 'unauthorized',
      target: { kind: 'route', id: 'GET /api/v1/admin/users' },
    })
  })

  test('that say less than they are used for', async () => {
    expect((await victim.call('GET', '/api/v1/admin/users')).status).toBe(403)
    await untilRecorded(`action=request.refused&actorId=${await userIdOf(victim)}`, { outcome: 'forbidden' })
  })

  test('that were used before, from elsewhere', async () => {
    await signUp(open, 'robbed')
    const { refresh_token: stolen } = await logInByJwt(open, 'robbed')
    const refresh = (agent: string) =>
      open.call(
        'POST',
        '/api/v1/auth/tokens',
        { grant_type: 'refresh_token', refresh_token: stolen },
        { 'user-agent': agent },
      )
    expect((await refresh('Owner/1')).status).toBe(200)
    expect((await refresh('Thief/1')).status).toBe(401)
    await untilRecorded('action=token.reused', { outcome: 'unauthorized' })
  })
})

test('an identity on the bus that nobody has signed', async () => {
  const identity = newPerson('admin', ['admin', 'users', 'roles'])
  const sign = () => Promise.resolve(new UnsecuredJWT({ identity }).setAudience('parley-internal').encode())
  await using liar = await connectBus({
    servers: platform.corner.natsUrl,
    prefix: platform.corner.subjectPrefix,
    name: 'liar',
    drainMs: 100,
    identities: { own: identity, sign, verify: () => Promise.resolve(identity) },
  })
  await expect(liar.request(authSessions.listSessions, {})).rejects.toMatchObject({ code: 'unauthorized' })
  await untilRecorded('action=call.refused', {
    outcome: 'unauthorized',
    target: { kind: 'subject', id: authSessions.listSessions.subject },
  })
})

test('making oneself more by saying so', async () => {
  const greedy = { kind: 'admin', role: 'admin', roles: ['admin'], scopes: ['admin'], isAdmin: true }
  await open.call('POST', '/api/user/register', { ...greedy, username: 'greedy', password })
  const api = await logIn(open, 'greedy')
  await api.call('PATCH', '/api/user/profile', { ...greedy, display_name: 'Boss' })
  const { body } = await api.call('GET', '/api/user/me')
  expect(body['data']).toMatchObject({ kind: 'user' })
  expect((await api.call('GET', '/api/v1/admin/users')).status).toBe(403)
})

test('reading what is somebody else’s', async () => {
  const { body } = await victim.call('POST', '/api/v1/agents', { name: 'Mine', prompt: 'Be mine.' })
  const thief = await signUp(open, 'thief')
  const path = `/api/v1/agents/${String(body['agentId'])}`
  const answers: Answer[] = [await thief.call('GET', path), await thief.call('PATCH', path, { name: 'Stolen' })]
  expect(answers.map(({ status }) => status)).toEqual([404, 404])
  expect((await victim.call('GET', path)).body).toMatchObject({ name: 'Mine' })
  await untilRecorded(`action=request.refused&actorId=${await userIdOf(thief)}`, {
    outcome: 'not-found',
    target: { kind: 'route', id: 'GET /api/v1/agents/:agentId' },
  })
})

test('saying in a header who one is', async () => {
  const userId = await userIdOf(admin)
  const headers = {
    'X-User-Id': userId,
    'X-Forwarded-User': userId,
    'Parley-Identity': 'admin',
    'X-Forwarded-For': '10.0.0.1',
  }
  expect((await open.call('GET', '/api/v1/admin/users', undefined, headers)).status).toBe(401)
  const { body } = await victim.call('GET', '/api/user/me', undefined, headers)
  expect(body['data']).toMatchObject({ username: 'victim' })
})

test('a flood of forgeries does not fill the record', async () => {
  const before = (await recorded('action=request.refused')).length
  const forged = open.as('made-up-token')
  for (let round = 0; round < 10; round++)
    await Promise.all([1, 2, 3, 4].map(() => forged.call('GET', '/api/v1/conversations')))
  expect((await recorded('action=request.refused')).length - before).toBeLessThanOrEqual(2)
})

test('and the record is one unbroken chain', async () => {
  const { body } = await admin.call('GET', '/api/v1/admin/audit/check')
  expect(body).toEqual({ entries: expect.any(Number) as number })
})
