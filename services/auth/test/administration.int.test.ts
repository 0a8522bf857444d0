import { auth, authAdmin, authKeys, scopesOf, type Login, type Person } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openAuth, password, type AuthFixture } from './fixture.ts'

let fixture: AuthFixture
/** An administrator, and somebody else. */
let boss: Person
let adaId: string
beforeEach(async () => {
  fixture = await openAuth({ PUBLIC_URL: 'https://parley.example.com' })
  await fixture.promote(await fixture.register('boss'))
  boss = (await fixture.logIn('boss')).person
  adaId = await fixture.register('ada')
})
afterEach(() => fixture[Symbol.asyncDispose]())

const act = <T>(work: () => Promise<T>, actor = boss) => callAs(actor, work)
const verify = (token: string) => fixture.bus.request(auth.verify, { token })
const disable = (userId: string, actor = boss) =>
  act(() => fixture.bus.request(authAdmin.disableUser, { userId }), actor)
const setRoles = (userId: string, roles: string[], actor = boss) =>
  act(() => fixture.bus.request(authAdmin.setRoles, { userId, roles }), actor)
const putRole = (role: string, scopes: 'users'[] | 'roles'[] | 'admin'[], actor = boss) =>
  act(() => fixture.bus.request(authAdmin.putRole, { role, description: '', scopes }), actor)

describe('a user who is disabled', () => {
  test('is out at once, sessions, keys and all, and comes back with the password', async () => {
    const logins = [await fixture.logIn('ada'), await fixture.logIn('ada', { tokenKind: 'jwt' })]
    const { person } = logins[0] as Login
    const { key, apiKey } = await callAs(person, () =>
      fixture.bus.request(authKeys.createKey, { name: 'x', scopes: ['chat'] }),
    )
    expect(await disable(adaId)).toMatchObject({ userId: adaId, disabledAt: expect.any(String) as string })
    for (const token of [...logins.map((login) => login.token), key])
      await expect(verify(token)).rejects.toMatchObject({ code: 'unauthorized' })
    await expect(fixture.logIn('ada')).rejects.toMatchObject({ code: 'forbidden' })
    const ids = [...logins.map((login) => login.person.sessionId), apiKey.keyId].toSorted()
    await expect.poll(() => fixture.ended.map(({ sessionId }) => sessionId).toSorted()).toEqual(ids)

    const enabled = await act(() => fixture.bus.request(authAdmin.enableUser, { userId: adaId }))
    expect(enabled).not.toHaveProperty('disabledAt')
    expect((await verify((await fixture.logIn('ada')).token)).person.userId).toBe(adaId)
    await expect(verify(key)).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('leaves no session behind that began meanwhile', async () => {
    const tries = Promise.allSettled(Array.from({ length: 12 }, () => fixture.logIn('ada')))
    await disable(adaId)
    for (const result of await tries)
      if (result.status === 'fulfilled')
        await expect(verify(result.value.token)).rejects.toMatchObject({ code: 'unauthorized' })
    const { sessions } = await act(() => fixture.bus.request(authAdmin.listUserSessions, { userId: adaId }))
    expect(sessions).toEqual([])
  })
})

describe('the last administrator', () => {
  test('is neither disabled nor demoted', async () => {
    await expect(disable(boss.userId)).rejects.toMatchObject({ code: 'conflict' })
    await expect(setRoles(boss.userId, ['user'])).rejects.toMatchObject({ code: 'conflict' })
  })

  test('is somebody, however many try at once', async () => {
    await fixture.promote(adaId)
    await setRoles(adaId, ['admin'])
    const tries = await Promise.allSettled([disable(boss.userId), disable(adaId), setRoles(adaId, ['user'])])
    expect(tries.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0)
    const { rows } = await fixture.database.query(`SELECT FROM users WHERE kind = 'admin' AND disabled_at IS NULL`)
    expect(rows.length).toBeGreaterThan(0)
  })
})

describe('roles', () => {
  test('say what somebody may do from the next login on; the sessions before are over', async () => {
    await putRole('support', ['users'])
    const before = await fixture.logIn('ada')
    expect(before.person).toMatchObject({ kind: 'user', scopes: scopesOf('user').toSorted() })
    expect(await setRoles(adaId, ['user', 'support'])).toMatchObject({ roles: ['user', 'support'] })
    await expect(verify(before.token)).rejects.toMatchObject({ code: 'unauthorized' })
    const { person, token } = await fixture.logIn('ada')
    expect(person).toMatchObject({ kind: 'admin', scopes: [...scopesOf('user'), 'users'].toSorted() })

    await putRole('support', ['roles'])
    await expect(verify(token)).rejects.toMatchObject({ code: 'unauthorized' })
    expect((await fixture.logIn('ada')).person.scopes).toEqual([...scopesOf('user'), 'roles'].toSorted())
  })

  test('are listed, the built-in ones first; those that somebody has are not deleted', async () => {
    await putRole('support', ['users'])
    await setRoles(adaId, ['user', 'support'])
    const list = () => act(() => fixture.bus.request(authAdmin.listRoles, {}))
    const remove = () => act(() => fixture.bus.request(authAdmin.deleteRole, { role: 'support' }))
    expect((await list()).roles.map(({ role }) => role)).toEqual(['admin', 'user', 'support'])
    await expect(remove()).rejects.toMatchObject({ code: 'conflict' })
    await setRoles(adaId, ['user'])
    expect(await remove()).toEqual({ deleted: true })
    await expect(remove()).rejects.toMatchObject({ code: 'not-found' })
  })

  test.each(['user', 'admin'])('%s is built in', async (role) => {
    await expect(putRole(role, ['users'])).rejects.toMatchObject({ code: 'conflict' })
  })

  test.each<[string, string[], string]>([
    ['that there are not', ['user', 'nothing'], 'bad-request'],
    ['without a built-in one', [], 'bad-request'],
    ['with both built-in ones', ['user', 'admin'], 'bad-request'],
  ])('%s are not given', async (_what, roles, code) => {
    await expect(setRoles(adaId, roles)).rejects.toMatchObject({ code })
  })
})

describe('whoever may do less', () => {
  let support: Person
  beforeEach(async () => {
    await putRole('support', ['users'])
    await setRoles(adaId, ['user', 'support'])
    support = (await fixture.logIn('ada')).person
  })

  test('acts on users', async () => {
    const userId = await fixture.register('grace')
    expect(await disable(userId, support)).toMatchObject({ disabledAt: expect.any(String) as string })
  })

  test.each<[string, () => Promise<unknown>]>([
    ['disables an administrator', () => disable(boss.userId, support)],
    ['takes an administrator’s roles', () => setRoles(boss.userId, ['user'], support)],
    [
      'makes a link to an administrator’s password',
      () => act(() => fixture.bus.request(authAdmin.makePasswordLink, { userId: boss.userId }), support),
    ],
    [
      'ends an administrator’s sessions',
      () => act(() => fixture.bus.request(authAdmin.endUserSessions, { userId: boss.userId }), support),
    ],
    ['becomes an administrator', () => setRoles(adaId, ['admin'], support)],
    ['makes a role of more', () => putRole('more', ['admin'], support)],
  ])('never %s', async (_what, work) => {
    await expect(work()).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('a link to a new password', () => {
  const make = () => act(() => fixture.bus.request(authAdmin.makePasswordLink, { userId: adaId }))
  const tokenOf = (link: string) => new URL(link).hash.slice(1)
  const redeem = (token: string) =>
    fixture.bus.request(authAdmin.redeemPasswordLink, { token, password: 'another good one' })

  test('works once, and ends every session', async () => {
    const before = await fixture.logIn('ada')
    const { link } = await make()
    expect(link).toMatch(/^https:\/\/parley\.example\.com\/password#[\w-]{43}$/)
    const tries = await Promise.allSettled([redeem(tokenOf(link)), redeem(tokenOf(link))])
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(verify(before.token)).rejects.toMatchObject({ code: 'unauthorized' })
    await expect(fixture.logIn('ada')).rejects.toMatchObject({ code: 'unauthorized' })
    const login = fixture.bus.request(auth.login, { username: 'ada', password: 'another good one' })
    expect((await login).person.userId).toBe(adaId)
    expect(fixture.lines.join('')).not.toContain(tokenOf(link))
  })

  test('is void when there is a newer one, or when it is made up', async () => {
    const [first, second] = [await make(), await make()]
    await expect(redeem(tokenOf(first.link))).rejects.toMatchObject({ code: 'unauthorized' })
    await expect(redeem('made-up')).rejects.toMatchObject({ code: 'unauthorized' })
    expect(await redeem(tokenOf(second.link))).toEqual({ changed: true })
    expect(password).not.toBe('another good one')
  })
})

test('administrators see and end the sessions of others', async () => {
  const { person, token } = await fixture.logIn('ada')
  const { sessions } = await act(() => fixture.bus.request(authAdmin.listUserSessions, { userId: adaId }))
  expect(sessions).toMatchObject([{ sessionId: person.sessionId, current: false }])
  const end = (sessionId?: string) =>
    act(() => fixture.bus.request(authAdmin.endUserSessions, { userId: adaId, ...(sessionId && { sessionId }) }))
  expect(await end(person.sessionId)).toEqual({ ended: 1 })
  await expect(verify(token)).rejects.toMatchObject({ code: 'unauthorized' })
  await expect(end(person.sessionId)).rejects.toMatchObject({ code: 'not-found' })
  await fixture.logIn('ada')
  expect(await end()).toEqual({ ended: 1 })
})

test.each([
  ['read', authAdmin.readUser],
  ['disable', authAdmin.disableUser],
  ['enable', authAdmin.enableUser],
  ['make a link for', authAdmin.makePasswordLink],
  ['list the sessions of', authAdmin.listUserSessions],
  ['end the sessions of', authAdmin.endUserSessions],
] as const)('nobody can %s an account that there is not', async (_what, contract) => {
  const userId = newPerson().userId
  await expect(act(() => fixture.bus.request(contract, { userId }))).rejects.toMatchObject({ code: 'not-found' })
})

test('users are no administrators', async () => {
  const { person } = await fixture.logIn('ada')
  await expect(disable(adaId, person)).rejects.toMatchObject({ code: 'forbidden' })
})
