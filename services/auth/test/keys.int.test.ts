import { auth, authKeys, type NewApiKey, type Person } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAuth, type AuthFixture } from './fixture.ts'

let fixture: AuthFixture
let ada: Person
beforeAll(async () => {
  fixture = await openAuth()
  await fixture.register('ada')
  ada = (await fixture.logIn('ada')).person
})
afterAll(() => fixture[Symbol.asyncDispose]())

const create = (wanted: Partial<NewApiKey> = {}, person = ada) =>
  callAs(person, () => fixture.bus.request(authKeys.createKey, { name: 'A program', scopes: ['chat'], ...wanted }))
const list = (person = ada) => callAs(person, () => fixture.bus.request(authKeys.listKeys, {}))
const revoke = (keyId: string, person = ada) => callAs(person, () => fixture.bus.request(authKeys.revokeKey, { keyId }))
const verify = (token: string) => fixture.bus.request(auth.verify, { token })

test('a key acts for its user, with its scopes and no others', async () => {
  const { key, apiKey } = await create({ scopes: ['chat', 'files'], lifeDays: 30 })
  expect(key).toMatch(/^parley_[a-z0-9]{12}_[\w-]{43}$/)
  expect(key.startsWith(`${apiKey.prefix}_`)).toBe(true)
  const { person, expiresAt } = await verify(key)
  expect(person).toEqual({ kind: 'user', userId: ada.userId, sessionId: apiKey.keyId, scopes: ['chat', 'files'] })
  expect(expiresAt).toBe(apiKey.expiresAt)
})

test('a key is shown once, and kept as a digest', async () => {
  const { key, apiKey } = await create()
  expect((await list()).keys).toContainEqual(apiKey)
  const rows = JSON.stringify((await fixture.database.query('SELECT * FROM api_keys')).rows)
  const secret = key.slice(-43)
  expect(rows + JSON.stringify(await list()) + fixture.lines.join('')).not.toContain(secret)
})

test('its last use is noted', async () => {
  const { key, apiKey } = await create()
  await verify(key)
  const found = (await list()).keys.find(({ keyId }) => keyId === apiKey.keyId)
  expect(Date.now() - Date.parse(found?.lastUsedAt ?? '')).toBeLessThan(10_000)
})

test('a key that is revoked is over at once, for its owner only', async () => {
  const { key, apiKey } = await create()
  await expect(revoke(apiKey.keyId, newPerson())).rejects.toMatchObject({ code: 'not-found' })
  expect(await revoke(apiKey.keyId)).toEqual({ revoked: true })
  await expect(verify(key)).rejects.toMatchObject({ code: 'unauthorized' })
  await expect(revoke(apiKey.keyId)).rejects.toMatchObject({ code: 'not-found' })
  await expect.poll(() => fixture.ended).toContainEqual({ sessionId: apiKey.keyId, userId: ada.userId })
})

test('nobody gives away more than they may', async () => {
  const narrow = { ...ada, scopes: ['account', 'files'] }
  await expect(create({ scopes: ['files', 'chat'] }, narrow)).rejects.toMatchObject({ code: 'forbidden' })
})

test.each(['admin', 'users', 'roles', 'account'])('no key is for "%s"', async (scope) => {
  await expect(create({ scopes: [scope as 'chat'] })).rejects.toMatchObject({ code: 'bad-request' })
})

test.each([
  ['another secret', (key: string) => `${key.slice(0, -43)}${'a'.repeat(43)}`],
  ['another prefix', (key: string) => key.replace(/_[a-z0-9]{12}_/, '_aaaaaaaaaaaa_')],
])('a key with %s is refused', async (_what, change) => {
  const { key } = await create()
  await expect(verify(change(key))).rejects.toMatchObject({ code: 'unauthorized' })
})

test('there is an end to how many one has, and to how long one is good', async () => {
  await using own = await openAuth()
  await own.register('ada')
  const { person } = await own.logIn('ada')
  const make = (lifeDays?: number) =>
    callAs(person, () =>
      own.bus.request(authKeys.createKey, { name: 'x', scopes: ['chat'], ...(lifeDays && { lifeDays }) }),
    )
  const first = await make(1)
  const made = await Promise.allSettled(Array.from({ length: 55 }, () => make()))
  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(49)
  expect(made.find((result) => result.status === 'rejected')?.reason).toMatchObject({ code: 'conflict' })
  own.pass(86_401)
  await expect(own.bus.request(auth.verify, { token: first.key })).rejects.toMatchObject({ code: 'unauthorized' })
})
