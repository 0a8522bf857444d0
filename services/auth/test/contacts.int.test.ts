import { auth, authContacts, authPasswords } from '@parley/contracts'
import { hash } from '@node-rs/bcrypt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { client, codeShape, openAuth, password, refusal, resetShape, verifyShape, type AuthFixture } from './house.ts'

let house: AuthFixture
beforeAll(async () => {
  house = await openAuth()
})
afterAll(() => house[Symbol.asyncDispose]())

const verifyEmail = (token = '') => house.bus.request(authContacts.verifyEmail, { token })
const forgot = (to: { email: string } | { phone: string }) =>
  house.bus.request(authPasswords.forgotPassword, { to, client: { address: newAddress() } })
const reset = (proof: { token: string } | { phone: string; code: string }, word: string) =>
  house.bus.request(authPasswords.resetPassword, { proof, password: word })

let addresses = 0
/** An address of a network that nobody else has. */
const newAddress = () => `10.${Math.floor(++addresses / 250)}.${addresses % 250}.1`
const phoneOf = (digits: string) => `138${digits.padStart(8, '0')}`

/** The newest of what was told, once it is. */
async function newest(shape: RegExp, after: number): Promise<string> {
  await expect.poll(() => house.told(shape).length).toBeGreaterThan(after)
  return house.told(shape).at(-1) ?? ''
}

/** Registers somebody with an address, and gives the token of the link that goes there. */
async function registerWithEmail(name: string, email = `${name}@mail.test`): Promise<string> {
  const before = house.told(verifyShape).length
  await house.register(name, { email })
  return newest(verifyShape, before)
}

describe('an account', () => {
  test('is logged in to by name, e-mail address and phone number', async () => {
    const before = house.told(verifyShape).length
    const userId = await house.register('Triple', { email: 'Triple@Mail.test', phone: '138 0000 0001' })
    await newest(verifyShape, before)
    const names = ['triple', 'TRIPLE@mail.test', '13800000001', '+8613800000001']
    for (const name of names) expect((await house.login(name)).person.userId).toBe(userId)
    const me = await house.as(await house.login('triple'), () => house.bus.request(auth.me, {}))
    expect(me).toMatchObject({
      email: 'triple@mail.test',
      emailVerified: false,
      phone: '+8613800000001',
      phoneVerified: false,
    })
  })

  test('has the address for sure when its link was opened, once', async () => {
    const token = await registerWithEmail('linked')
    await verifyEmail(token)
    const me = await house.as(await house.login('linked'), () => house.bus.request(auth.me, {}))
    expect(me).toMatchObject({ email: 'linked@mail.test', emailVerified: true })
    expect(await refusal(verifyEmail(token))).toMatchObject({ code: 'unauthorized' })
  })

  test('whose link is a day old has to ask for another', async () => {
    const token = await registerWithEmail('tardy')
    house.pass(86_401)
    expect(await refusal(verifyEmail(token))).toMatchObject({ code: 'unauthorized' })
    const before = house.told(verifyShape).length
    const login = await house.login('tardy')
    await house.as(login, () => house.bus.request(authContacts.setEmail, { email: 'tardy@mail.test', client }))
    await verifyEmail(await newest(verifyShape, before))
  })

  test('that only claims an address does not keep its owner from it', async () => {
    const squattersToken = await registerWithEmail('squatter', 'owner@mail.test')
    await house.register('rightful')
    const login = await house.login('rightful')
    house.pass(61)
    const before = house.told(verifyShape).length
    await house.as(login, () => house.bus.request(authContacts.setEmail, { email: 'owner@mail.test', client }))
    await verifyEmail(await newest(verifyShape, before))
    expect((await house.login('owner@mail.test')).person.userId).toBe(login.person.userId)
    expect(await refusal(verifyEmail(squattersToken))).toMatchObject({ code: 'conflict' })
  })

  test('gets a number by the code that is sent to it', async () => {
    await house.register('caller')
    const login = await house.login('caller')
    const phone = phoneOf('2')
    const told = house.told(codeShape).length
    await house.as(login, () => house.bus.request(authContacts.sendPhoneCode, { phone, client }))
    const code = await newest(codeShape, told)
    const wrong = code === '000000' ? '111111' : '000000'
    const set = (given: string) =>
      house.as(login, () => house.bus.request(authContacts.setPhone, { phone, code: given }))
    expect(await refusal(set(wrong))).toMatchObject({ code: 'unauthorized' })
    await set(code)
    expect(await refusal(set(code))).toMatchObject({ code: 'unauthorized' })
    expect((await house.login(phone)).person.userId).toBe(login.person.userId)
  })
})

test('where no mail is sent, an address is kept all the same', async () => {
  await using silent = await openAuth({ MAIL_PROVIDER: 'none' })
  await silent.register('quiet', { email: 'quiet@mail.test' })
  const login = await silent.login('quiet@mail.test')
  expect(await silent.as(login, () => silent.bus.request(auth.me, {}))).toMatchObject({ emailVerified: false })
  const set = silent.as(login, () => silent.bus.request(authContacts.setEmail, { email: 'quiet@mail.test', client }))
  expect(await refusal(set)).toMatchObject({ code: 'conflict' })
})

test.each([
  ['a phone number as a name', { username: '13800138000', password }, 'username'],
  ['an address that is none', { username: 'someone', password, email: 'nowhere' }, 'email'],
  ['a number that is none', { username: 'someone', password, phone: '12345' }, 'phone'],
  ['a password that everybody tries', { username: 'someone', password: 'Password1' }, 'password'],
  ['a password that is the name', { username: 'adalovelace', password: 'AdaLovelace1' }, 'password'],
])('%s is refused', async (_, input, path) => {
  expect(await refusal(house.bus.request(auth.register, input))).toMatchObject({
    code: 'bad-request',
    issues: [{ path }],
  })
})

describe('an account of an older system', () => {
  test('logs in with its bcrypt hash, which is made anew', async () => {
    const userId = await house.register('veteran')
    await house.database.query('UPDATE users SET password_hash = $1 WHERE id = $2', [
      await hash('an older word', 4),
      userId,
    ])
    expect(await refusal(house.login('veteran', 'another word'))).toMatchObject({ code: 'unauthorized' })
    await house.login('veteran', 'an older word')
    const { rows } = await house.database.query('SELECT password_hash FROM users WHERE id = $1', [userId])
    expect(rows[0].password_hash).toMatch(/^\$argon2id\$/)
    await house.login('veteran', 'an older word')
  })
})

describe('a forgotten password', () => {
  test('is set anew by a link: once, within half an hour, and a weak one does not use it up', async () => {
    await verifyEmail(await registerWithEmail('forgetful'))
    house.pass(61)
    const before = house.told(resetShape).length
    const session = await house.login('forgetful')
    await forgot({ email: 'forgetful@mail.test' })
    const token = await newest(resetShape, before)
    expect(await refusal(reset({ token }, 'password1'))).toMatchObject({ code: 'bad-request' })
    await reset({ token }, 'another horse battery')
    expect(await refusal(house.bus.request(auth.verify, { token: session.token }))).toMatchObject({
      code: 'unauthorized',
    })
    expect(await refusal(reset({ token }, 'a third horse battery'))).toMatchObject({ code: 'unauthorized' })
    await house.login('forgetful', 'another horse battery')
    expect(await refusal(house.login('forgetful'))).toMatchObject({ code: 'unauthorized' })

    house.pass(61)
    await forgot({ email: 'forgetful@mail.test' })
    const late = await newest(resetShape, before + 1)
    house.pass(1_801)
    expect(await refusal(reset({ token: late }, 'a fourth horse battery'))).toMatchObject({ code: 'unauthorized' })
  })

  test('is set anew by a code to the verified number', async () => {
    await house.register('by-phone')
    const login = await house.login('by-phone')
    const phone = phoneOf('3')
    let before = house.told(codeShape).length
    await house.as(login, () =>
      house.bus.request(authContacts.sendPhoneCode, { phone, client: { address: newAddress() } }),
    )
    const code = await newest(codeShape, before)
    await house.as(login, () => house.bus.request(authContacts.setPhone, { phone, code }))
    house.pass(61)
    before = house.told(codeShape).length
    await forgot({ phone })
    await reset({ phone, code: await newest(codeShape, before) }, 'another horse battery')
    await house.login(phone, 'another horse battery')
  })

  test('is answered the same for an address that nobody has, which gets nothing', async () => {
    await registerWithEmail('unverified')
    house.pass(61)
    const before = house.lines.length
    for (const email of ['nobody@mail.test', 'unverified@mail.test']) expect(await forgot({ email })).toEqual({})
    expect(await forgot({ phone: phoneOf('4') })).toEqual({})
    expect(await refusal(reset({ phone: phoneOf('4'), code: '123456' }, 'another horse battery'))).toEqual(
      await refusal(reset({ phone: phoneOf('3'), code: '123456' }, 'another horse battery')),
    )
    expect(house.lines.slice(before).join('')).not.toMatch(/#|The code is \d/)
  })
})

describe('a password', () => {
  test('is changed with the one in use', async () => {
    await house.register('changer')
    const login = await house.login('changer')
    const change = (current: string, word: string) =>
      house.as(login, () => house.bus.request(authPasswords.changePassword, { current, password: word }))
    expect(await refusal(change('wrong', 'another horse battery'))).toMatchObject({ code: 'unauthorized' })
    expect(await refusal(change(password, 'changer1'))).toMatchObject({ code: 'bad-request' })
    await change(password, 'another horse battery')
    expect(await refusal(house.login('changer'))).toMatchObject({ code: 'unauthorized' })
    await house.login('changer', 'another horse battery')
  })
})

test('guessing at one name ends, for a name that exists and for one that does not', async () => {
  await house.register('guessed')
  for (const name of ['guessed', 'not-there']) {
    const answers = new Set<string>()
    for (let count = 0; count < 100; count++) answers.add((await refusal(house.login(name, `guess ${count}`))).message)
    expect([...answers]).toEqual(['unauthorized: The name or the password is not right'])
    expect(await refusal(house.login(name))).toMatchObject({ code: 'rate-limited' })
  }
  house.pass(3_601)
  await house.login('guessed')
})

test('nothing that opens an account is in a key of Redis, or in the log but where it is sent to', async () => {
  const keys = await house.redis.keys(`${house.corner.redisKeyPrefix}*`)
  const secrets = [...house.told(verifyShape), ...house.told(resetShape), '13800000001', 'mail.test']
  for (const secret of secrets) expect(keys.join('\n')).not.toContain(secret)
  const told = house.lines.filter((line) => !line.includes('would have gone out')).join('\n')
  for (const secret of [...secrets, password]) expect(told).not.toContain(secret)
})
