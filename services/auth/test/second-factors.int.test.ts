import { auth, authCodes, authContacts, authMfa, type Login, type SecondFactor } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fromBase32, hotp } from '../src/domain/totp.ts'
import { challengeOf, client, codeShape, openAuth, refusal, verifyShape, type AuthFixture } from './house.ts'

let house: AuthFixture
beforeAll(async () => {
  house = await openAuth()
})
afterAll(() => house[Symbol.asyncDispose]())

const unauthorized = { code: 'unauthorized' }

let people = 0
async function newcomer(): Promise<{ name: string; login: Login }> {
  const name = `person-${++people}`
  await house.register(name)
  return { name, login: await house.login(name) }
}

/** The code of an authenticator app at the service's time, or some steps from it. */
function appCode(secret: string, steps = 0): string {
  return hotp(fromBase32(secret), Math.floor(house.now().getTime() / 30_000) + steps)
}

const beginTotp = (login: Login) => house.as(login, () => house.bus.request(authMfa.beginTotp, {}))
const confirmTotp = (login: Login, code: string) =>
  house.as(login, () => house.bus.request(authMfa.confirmTotp, { code }))
const list = (login: Login) => house.as(login, () => house.bus.request(authMfa.listFactors, {}))
const remove = (login: Login, method: 'totp' | 'sms' | 'email') =>
  house.as(login, () => house.bus.request(authMfa.removeFactor, { method }))
const renew = (login: Login) => house.as(login, () => house.bus.request(authMfa.renewRecoveryCodes, {}))
const stepUp = (login: Login, method: SecondFactor, code: string) =>
  house.as(login, () => house.bus.request(authMfa.stepUp, { method, code }))
const readStepUp = (login: Login) => house.as(login, () => house.bus.request(authMfa.readStepUp, {}))
const answer = (challenge: string, method: SecondFactor, code: string) =>
  house.bus.request(authMfa.answerChallenge, { challenge, method, code })

/** Somebody with an authenticator app. */
async function withApp(): Promise<{ name: string; login: Login; secret: string; recoveryCodes: string[] }> {
  const { name, login } = await newcomer()
  const { secret } = await beginTotp(login)
  const { recoveryCodes = [] } = await confirmTotp(login, appCode(secret))
  // The step of that code is used up.
  house.pass(30)
  return { name, login, secret, recoveryCodes }
}

async function newest(shape: RegExp, after: number): Promise<string> {
  await expect.poll(() => house.told(shape).length).toBeGreaterThan(after)
  return house.told(shape).at(-1) ?? ''
}

describe('an authenticator app', () => {
  test('counts once it has shown a code; its owner gets recovery codes', async () => {
    const { name, login } = await newcomer()
    const { secret, uri } = await beginTotp(login)
    expect(uri).toBe(`otpauth://totp/Parley:${name}?secret=${secret}&issuer=Parley&algorithm=SHA1&digits=6&period=30`)
    expect(fromBase32(secret)).toHaveLength(20)
    expect((await list(login)).factors).toEqual([])
    expect((await house.login(name)).token).toBeDefined()
    expect(await refusal(confirmTotp(login, appCode(secret, 5)))).toMatchObject(unauthorized)

    const { recoveryCodes } = await confirmTotp(login, appCode(secret))
    expect(recoveryCodes).toHaveLength(10)
    for (const code of recoveryCodes ?? []) expect(code).toMatch(/^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/)
    const now = await list(login)
    expect(now.factors.map(({ method }) => method)).toEqual(['totp'])
    expect(now.recoveryCodesLeft).toBe(10)
    const challenge = await challengeOf(house.login(name))
    expect(challenge.methods).toEqual(['totp', 'recovery'])
  })

  test('lets its owner in, once for each code', async () => {
    const { name, secret, login } = await withApp()
    const code = appCode(secret)
    const { token } = await challengeOf(house.login(name))
    const { person } = await answer(token, 'totp', code)
    expect(person.userId).toBe(login.person.userId)
    const again = await challengeOf(house.login(name))
    expect(await refusal(answer(again.token, 'totp', code))).toMatchObject(unauthorized)
    expect(await refusal(answer(again.token, 'totp', appCode(secret, -1)))).toMatchObject(unauthorized)
    house.pass(30)
    await answer(again.token, 'totp', appCode(secret))
  })

  test('may be half a minute off, and no more', async () => {
    const { name, secret } = await withApp()
    house.pass(300)
    const { token } = await challengeOf(house.login(name))
    for (const steps of [-2, 2])
      expect(await refusal(answer(token, 'totp', appCode(secret, steps)))).toMatchObject(unauthorized)
    await answer(token, 'totp', appCode(secret, 1))
  })

  test('of many who come with one code at once, one gets in', async () => {
    const { name, secret } = await withApp()
    const challenges = await Promise.all(Array.from({ length: 4 }, () => challengeOf(house.login(name))))
    const code = appCode(secret)
    const tries = await Promise.allSettled(challenges.map(({ token }) => answer(token, 'totp', code)))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test('has its secret stored encrypted, and never in the log', async () => {
    const { login, secret } = await withApp()
    const { rows } = await house.database.query('SELECT secret FROM second_factors WHERE user_id = $1', [
      login.person.userId,
    ])
    expect(rows[0].secret).toMatch(/^v1\./)
    expect(rows[0].secret).not.toContain(secret)
    expect(house.lines.join('')).not.toContain(secret)
  })

  test('whose secret was moved to somebody else opens nothing', async () => {
    const [victim, thief] = [await withApp(), await withApp()]
    await house.database.query(
      `UPDATE second_factors SET secret = (SELECT secret FROM second_factors WHERE user_id = $1) WHERE user_id = $2`,
      [thief.login.person.userId, victim.login.person.userId],
    )
    const { token } = await challengeOf(house.login(victim.name))
    expect((await refusal(answer(token, 'totp', appCode(thief.secret)))).code).toBe('internal')
  })

  test('is one at a time', async () => {
    const { login } = await withApp()
    expect(await refusal(beginTotp(login))).toMatchObject({ code: 'conflict' })
  })
})

describe('a challenge', () => {
  test('is good for five minutes, for one answer, and is no token', async () => {
    const { name, secret } = await withApp()
    const { token } = await challengeOf(house.login(name))
    expect(await refusal(house.bus.request(auth.verify, { token }))).toMatchObject(unauthorized)
    await answer(token, 'totp', appCode(secret))
    house.pass(30)
    expect(await refusal(answer(token, 'totp', appCode(secret)))).toMatchObject(unauthorized)
    const late = await challengeOf(house.login(name))
    house.pass(301)
    expect(await refusal(answer(late.token, 'totp', appCode(secret)))).toMatchObject(unauthorized)
    expect(await refusal(answer('nothing', 'totp', '123456'))).toMatchObject(unauthorized)
  })

  test('is over after five wrong codes, even with the right one', async () => {
    const { name, secret } = await withApp()
    const { token } = await challengeOf(house.login(name))
    for (let count = 0; count < 5; count++)
      expect(await refusal(answer(token, 'totp', '000000'))).toMatchObject(unauthorized)
    expect(await refusal(answer(token, 'totp', appCode(secret)))).toMatchObject({ code: 'rate-limited' })
  })

  test('guessing from challenge to challenge ends after twenty tries in an hour', async () => {
    const { name, secret } = await withApp()
    for (let round = 0; round < 4; round++) {
      const { token } = await challengeOf(house.login(name))
      for (let count = 0; count < 5; count++) await refusal(answer(token, 'totp', '000000'))
    }
    const { token } = await challengeOf(house.login(name))
    expect(await refusal(answer(token, 'totp', appCode(secret)))).toMatchObject({ code: 'rate-limited' })
    house.pass(3_601)
    await answer((await challengeOf(house.login(name))).token, 'totp', appCode(secret))
  })

  test('is not answered by a way that is none of one’s factors', async () => {
    const { name } = await withApp()
    const { token } = await challengeOf(house.login(name))
    const before = house.told(codeShape).length
    await house.bus.request(authMfa.sendChallengeCode, { challenge: token, method: 'sms', client })
    expect(house.told(codeShape)).toHaveLength(before)
    expect(await refusal(answer(token, 'sms', '123456'))).toMatchObject(unauthorized)
  })
})

describe('recovery codes', () => {
  test('let in once each, however they are typed', async () => {
    const { name, recoveryCodes, login } = await withApp()
    const [first = '', second = ''] = recoveryCodes
    const one = await challengeOf(house.login(name))
    await answer(one.token, 'recovery', first)
    const other = await challengeOf(house.login(name))
    expect(await refusal(answer(other.token, 'recovery', first))).toMatchObject(unauthorized)
    await answer(other.token, 'recovery', ` ${second.toLowerCase().replaceAll('-', ' ')} `)
    expect((await list(login)).recoveryCodesLeft).toBe(8)
  })

  test('are stored as digests, and replaced together', async () => {
    const { name, login, recoveryCodes } = await withApp()
    const { rows } = await house.database.query('SELECT digest FROM recovery_codes WHERE user_id = $1', [
      login.person.userId,
    ])
    for (const { digest } of rows) expect(digest).toMatch(/^[0-9a-f]{64}$/)
    const { recoveryCodes: newer } = await renew(login)
    const { token } = await challengeOf(house.login(name))
    expect(await refusal(answer(token, 'recovery', recoveryCodes[0] ?? ''))).toMatchObject(unauthorized)
    await answer(token, 'recovery', newer[0] ?? '')
  })

  test('are only for those who have a second factor', async () => {
    const { login } = await newcomer()
    expect(await refusal(renew(login))).toMatchObject({ code: 'conflict' })
  })
})

describe('codes by SMS and e-mail', () => {
  async function withPhone() {
    const { name, login } = await newcomer()
    const phone = `137${String(people).padStart(8, '0')}`
    let before = house.told(codeShape).length
    await house.as(login, () =>
      house.bus.request(authContacts.sendPhoneCode, { phone, client: { address: `10.9.${people}.1` } }),
    )
    const code = await newest(codeShape, before)
    await house.as(login, () => house.bus.request(authContacts.setPhone, { phone, code }))
    house.pass(61)
    before = house.told(codeShape).length
    await house.as(login, () =>
      house.bus.request(authMfa.beginSentFactor, { method: 'sms', client: { address: `10.9.${people}.1` } }),
    )
    const factorCode = await newest(codeShape, before)
    const confirmed = await house.as(login, () =>
      house.bus.request(authMfa.confirmSentFactor, { method: 'sms', code: factorCode }),
    )
    expect(confirmed.recoveryCodes).toHaveLength(10)
    house.pass(61)
    return { name, login, phone }
  }

  test('a verified number is a second factor', async () => {
    const { name, login, phone } = await withPhone()
    const { token, methods } = await challengeOf(house.login(name))
    expect(methods).toEqual(['sms', 'recovery'])
    const before = house.told(codeShape).length
    await house.bus.request(authMfa.sendChallengeCode, { challenge: token, method: 'sms', client })
    const code = await newest(codeShape, before)
    // A code for one purpose is none for another.
    expect(await refusal(house.bus.request(authCodes.loginByCode, { phone, code }))).toMatchObject(unauthorized)
    const { person } = await answer(token, 'sms', code)
    expect(person.userId).toBe(login.person.userId)
  })

  test('a verified address is a second factor, together with an app', async () => {
    const name = `mailed-${++people}`
    let before = house.told(verifyShape).length
    await house.register(name, { email: `${name}@mail.test` })
    await house.bus.request(authContacts.verifyEmail, { token: await newest(verifyShape, before) })
    const login = await house.login(name)
    house.pass(61)
    before = house.told(codeShape).length
    await house.as(login, () => house.bus.request(authMfa.beginSentFactor, { method: 'email', client }))
    const code = await newest(codeShape, before)
    await house.as(login, () => house.bus.request(authMfa.confirmSentFactor, { method: 'email', code }))
    const { secret } = await beginTotp(login)
    expect(await confirmTotp(login, appCode(secret))).toEqual({})
    house.pass(61)
    const { token, methods } = await challengeOf(house.login(name))
    expect(methods).toEqual(['totp', 'email', 'recovery'])
    before = house.told(codeShape).length
    await house.bus.request(authMfa.sendChallengeCode, { challenge: token, method: 'email', client })
    await answer(token, 'email', await newest(codeShape, before))
  })

  test('without a verified one there is none', async () => {
    const { login } = await newcomer()
    for (const method of ['sms', 'email'] as const) {
      const begun = house.as(login, () => house.bus.request(authMfa.beginSentFactor, { method, client }))
      expect(await refusal(begun)).toMatchObject({ code: 'conflict' })
    }
  })
})

describe('step-up', () => {
  test('a session that has just shown its factor is recent, for a quarter of an hour', async () => {
    const { name, secret } = await withApp()
    const { token } = await challengeOf(house.login(name))
    const login = await answer(token, 'totp', appCode(secret))
    expect(await readStepUp(login)).toEqual({ recent: true, enrolled: true })
    await renew(login)
    house.pass(901)
    expect(await readStepUp(login)).toEqual({ recent: false, enrolled: true })
    const stale = { code: 'second-factor-required', challenge: undefined }
    expect(await refusal(renew(login))).toMatchObject(stale)
    expect(await refusal(remove(login, 'totp'))).toMatchObject(stale)
    expect(await refusal(beginTotp(login))).toMatchObject(stale)

    expect(await refusal(stepUp(login, 'totp', '000000'))).toMatchObject(unauthorized)
    const { recentUntil } = await stepUp(login, 'totp', appCode(secret))
    expect(Date.parse(recentUntil) - house.now().getTime()).toBeGreaterThan(890_000)
    expect(await readStepUp(login)).toEqual({ recent: true, enrolled: true })
    await renew(login)
  })

  test('is of one session, not of another one of the same person', async () => {
    const { name, secret, login } = await withApp()
    house.pass(901)
    const { token } = await challengeOf(house.login(name))
    await answer(token, 'totp', appCode(secret))
    expect(await readStepUp(login)).toEqual({ recent: false, enrolled: true })
  })

  test('somebody without a factor has nothing to show', async () => {
    const { login } = await newcomer()
    expect(await readStepUp(login)).toEqual({ recent: false, enrolled: false })
    expect(await refusal(stepUp(login, 'totp', '123456'))).toMatchObject(unauthorized)
  })
})

describe('taking it away', () => {
  test('is its owner’s, and takes the recovery codes along', async () => {
    const { name, login } = await withApp()
    await remove(login, 'totp')
    expect(await list(login)).toEqual({ factors: [], recoveryCodesLeft: 0 })
    expect((await house.login(name)).token).toBeDefined()
    expect(await refusal(remove(login, 'totp'))).toMatchObject({ code: 'not-found' })
  })

  test('is an administrator’s, for somebody who lost theirs', async () => {
    const { name, login } = await withApp()
    const { userId } = login.person
    const reset = (person = newPerson('admin')) =>
      callAs(person, () => house.bus.request(authMfa.resetFactors, { userId }))
    expect(await refusal(reset(newPerson()))).toMatchObject({ code: 'forbidden' })
    await reset()
    expect((await house.login(name)).person.userId).toBe(userId)
    const unknown = callAs(newPerson('admin'), () =>
      house.bus.request(authMfa.resetFactors, { userId: newPerson().userId }),
    )
    expect(await refusal(unknown)).toMatchObject({ code: 'not-found' })
  })
})
