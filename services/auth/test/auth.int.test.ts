import type { Bus } from '@parley/bus'
import { auth, scopesOf } from '@parley/contracts'
import { createLogger, drift } from '@parley/service-kit'
import { cornerEnvironment, openCorner, type Corner } from '@parley/testkit'
import { callAs, newPerson, openCornerBus } from '@parley/test-caller'
import { Redis } from 'ioredis'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { tables } from '../src/tables.ts'

const stack = new AsyncDisposableStack()
const lines: string[] = []
const password = 'correct horse battery'
let corner: Corner
let bus: Bus
let redis: Redis
let database: pg.Client

beforeAll(async () => {
  corner = stack.use(await openCorner())
  const log = createLogger({ service: 'auth', level: 'debug', destination: { write: (line) => lines.push(line) } })
  const config = readConfig({ ...cornerEnvironment(corner), PASSWORD_MEMORY_KIB: '1024', PASSWORD_PASSES: '1' })
  stack.use(await createApp(config, { log }))
  stack.use(await createApp(config, { log }))
  bus = stack.use(await openCornerBus(corner))
  redis = new Redis(corner.redisUrl, { keyPrefix: corner.redisKeyPrefix })
  stack.defer(() => redis.disconnect())
  database = new pg.Client({ connectionString: corner.databaseUrl, options: '-c search_path=auth' })
  await database.connect()
  stack.defer(() => database.end())
})
afterAll(() => stack.disposeAsync())

const register = (username: string) => bus.request(auth.register, { username, password })
const login = (username: string, word = password) => bus.request(auth.login, { username, password: word })
const verify = (token: string) => bus.request(auth.verify, { token })

test('registers, logs in, verifies', async () => {
  const { userId } = await register('Ada')
  const { token, expiresAt, person } = await login('Ada')
  expect(person).toMatchObject({ userId, kind: 'user', scopes: scopesOf('user') })
  expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  expect(await verify(token)).toEqual({ person, expiresAt })
  const days = (Date.parse(expiresAt) - Date.now()) / 86_400_000
  expect(days).toBeCloseTo(30, 2)
})

test('a token is kept under its known key, for thirty days, with the person in it', async () => {
  await register('keeper')
  const { token, person, expiresAt } = await login('keeper')
  expect(JSON.parse((await redis.get(`token:${token}`)) ?? '')).toEqual({ ...person, expiresAt })
  expect(await redis.ttl(`token:${token}`)).toBeGreaterThan(30 * 86_400 - 60)
})

test('passwords are stored as argon2id only, and never logged', async () => {
  await register('secretive')
  await login('secretive')
  const { rows } = await database.query(`SELECT * FROM users WHERE username_key = 'secretive'`)
  expect(rows[0].password_hash).toMatch(/^\$argon2id\$v=19\$m=1024,t=1,p=1\$/)
  expect(JSON.stringify(rows)).not.toContain(password)
  expect(lines.join('')).not.toContain(password)
})

describe('names', () => {
  test('are taken in whatever case', async () => {
    await register('Grace')
    await expect(register('gRACE')).rejects.toMatchObject({ code: 'conflict' })
    expect((await login('GRACE')).person.kind).toBe('user')
  })

  test('of two registrations at the same time one wins', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => register(index % 2 ? 'racer' : 'Racer')),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' })
    expect((await database.query(`SELECT FROM users WHERE username_key = 'racer'`)).rowCount).toBe(1)
  })
})

test('an unknown name and a wrong password get the same answer', async () => {
  await register('known')
  const wrong: unknown = await login('known', 'not this one').catch((error: unknown) => error)
  const unknown: unknown = await login('unknown').catch((error: unknown) => error)
  expect(wrong).toMatchObject({ code: 'unauthorized' })
  expect(unknown).toEqual(wrong)
})

describe('logout', () => {
  test('ends this session only, once, and says so', async () => {
    await register('leaver')
    const [first, second] = [await login('leaver'), await login('leaver')]
    const revoked: unknown[] = []
    await using _listening = bus.on(auth.sessionRevoked, (event) => void revoked.push(event))
    await bus.flush()

    const ends = await Promise.all([1, 2, 3].map(() => bus.request(auth.logout, { token: first.token })))
    expect(ends.filter(({ ended }) => ended)).toHaveLength(1)
    await expect.poll(() => revoked).toEqual([{ sessionId: first.person.sessionId, userId: first.person.userId }])
    await expect(verify(first.token)).rejects.toMatchObject({ code: 'unauthorized' })
    expect((await verify(second.token)).person).toEqual(second.person)
  })

  test('of nobody is no failure', async () => {
    expect(await bus.request(auth.logout, { token: 'nonsense' })).toEqual({ ended: false })
  })
})

test.each([
  ['unknown', undefined],
  ['not of this make', 'user-17'],
  ['json of something else', '{"id":17}'],
])('a token whose value is %s is not valid', async (name, value) => {
  if (value) await redis.set(`token:${name}`, value)
  await expect(verify(name)).rejects.toMatchObject({ code: 'unauthorized' })
})

test('a user is no administrator, whatever a value claims', async () => {
  await register('climber')
  const { token, person, expiresAt } = await login('climber')
  await redis.set(`token:${token}`, JSON.stringify({ ...person, kind: 'admin', expiresAt }))
  await expect(verify(token)).rejects.toMatchObject({ code: 'unauthorized' })
})

describe('an account', () => {
  test('is shown to its owner', async () => {
    const { userId } = await register('Hedy')
    const { person } = await login('Hedy')
    const me = await callAs(person, () => bus.request(auth.me, {}))
    expect(me).toMatchObject({ userId, username: 'Hedy', kind: 'user' })
    expect(me).not.toHaveProperty('passwordHash')
  })

  test('that is gone is not found', async () => {
    await expect(callAs(newPerson(), () => bus.request(auth.me, {}))).rejects.toMatchObject({ code: 'not-found' })
  })

  test('is on the pages of administrators, newest first, and of nobody else', async () => {
    for (const name of ['page-one', 'page-two', 'page-three']) await register(name)
    const list = (before?: string) =>
      callAs(newPerson('admin'), () => bus.request(auth.listUsers, { limit: 2, ...(before && { before }) }))
    const first = await list()
    const second = await list(first.before)
    const names = [...first.users, ...second.users].map(({ username }) => username)
    expect(names.slice(0, 3)).toEqual(['page-three', 'page-two', 'page-one'])
    const asUser = callAs(newPerson(), () => bus.request(auth.listUsers, { limit: 2 }))
    await expect(asUser).rejects.toMatchObject({ code: 'forbidden' })
  })
})

test('an expired token is not valid', async () => {
  await register('expirer')
  const { token } = await login('expirer')
  await redis.pexpire(`token:${token}`, 0)
  await expect(verify(token)).rejects.toMatchObject({ code: 'unauthorized' })
})

test.each<[what: string, input: { username: string; password: string }, path: string]>([
  ['a short password', { username: 'someone', password: 'short' }, 'password'],
  ['a name with a space', { username: 'some one', password }, 'username'],
])('%s is a bad request that names the field', async (_, input, path) => {
  await expect(bus.request(auth.register, input)).rejects.toMatchObject({ code: 'bad-request', issues: [{ path }] })
})

test('the migrations give what schema.prisma says', async () => {
  expect(await drift({ databaseUrl: corner.databaseUrl, ...tables })).toBe('')
})
