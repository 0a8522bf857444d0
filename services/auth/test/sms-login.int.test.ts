import { authCodes, auth, type CodeRequest } from '@parley/contracts'
import { startAliyunFake, type AliyunFake } from '@parley/testkit/aliyun-fake'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAuth, refusal, type AuthFixture } from './house.ts'

type Plan = ReturnType<NonNullable<Parameters<typeof startAliyunFake>[0]['script']>>

const stack = new AsyncDisposableStack()
let house: AuthFixture
let aliyun: AliyunFake
/** What the vendor does with the next message. */
let plan: Plan

const account = {
  ALIYUN_SMS_ACCESS_KEY_ID: 'testid',
  ALIYUN_SMS_ACCESS_KEY_SECRET: 'testsecret',
  ALIYUN_SMS_SIGN_NAME: '阿里云短信测试',
  ALIYUN_SMS_TEMPLATE_CODE: 'SMS_71390007',
}

beforeAll(async () => {
  aliyun = stack.use(
    await startAliyunFake({
      accessKeyId: 'testid',
      accessKeySecret: 'testsecret',
      signNames: ['阿里云短信测试'],
      templates: { SMS_71390007: ['code'] },
      script: () => {
        const planned = plan
        plan = undefined
        return planned
      },
    }),
  )
  house = stack.use(
    await openAuth({
      ...account,
      SMS_PROVIDER: '',
      ALIYUN_SMS_ENDPOINT: aliyun.url,
      SMS_HOURLY_LIMIT: '60',
      SMS_COUNTRIES: '86,852',
      PROVIDER_TIMEOUT_MS: '1500',
    }),
  )
})
afterAll(() => stack.disposeAsync())

let phones = 0
const newPhone = () => `139${String(++phones).padStart(8, '0')}`
let networks = 0
const newAddress = () => `10.1.${++networks}.1`

const send = (phone: string, address = newAddress(), more: Partial<CodeRequest> = {}) =>
  house.bus.request(authCodes.sendLoginCode, { phone, client: { address }, ...more })
const login = (phone: string, code: string) => house.bus.request(authCodes.loginByCode, { phone, code })
const codesTo = (phone: string) =>
  aliyun.messages.filter((message) => message.phone === phone).map(({ parameters }) => parameters['code'] ?? '')
const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')
async function codeFor(phone: string): Promise<string> {
  await send(phone)
  return codesTo(phone).at(-1) ?? ''
}

describe('logging in by a code', () => {
  test('opens an account the first time, and is the same one afterwards', async () => {
    const phone = newPhone()
    expect(await send(phone)).toEqual({ expiresInS: 300, retryAfterS: 60 })
    expect(aliyun.messages.at(-1)).toEqual({
      phone,
      signName: '阿里云短信测试',
      templateCode: 'SMS_71390007',
      parameters: { code: expect.stringMatching(/^\d{6}$/) as string },
    })
    const first = await login(phone, codesTo(phone)[0] ?? '')
    expect(first.person).toMatchObject({ kind: 'user' })
    house.pass(61)
    const second = await login(phone, await codeFor(phone))
    expect(second.person.userId).toBe(first.person.userId)
    expect(second.token).not.toBe(first.token)
    const me = await house.as(first, () => house.bus.request(auth.me, {}))
    expect(me).toMatchObject({
      username: expect.stringMatching(/^user_/) as string,
      phone: `+86${phone}`,
      phoneVerified: true,
    })
  })

  test('of two who come with the same code one gets in, and one account is made', async () => {
    const phone = newPhone()
    const code = await codeFor(phone)
    const accounts = async () => (await house.database.query('SELECT FROM users')).rowCount ?? 0
    const before = await accounts()
    const tries = await Promise.allSettled(Array.from({ length: 4 }, () => login(phone, code)))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await accounts()) - before).toBe(1)
  })

  test('numbers of other countries that are served go out with their country', async () => {
    await send('+85261234567')
    expect(codesTo('85261234567')).toHaveLength(1)
    expect(await refusal(send('+14155550123'))).toMatchObject({ code: 'bad-request', issues: [{ path: 'phone' }] })
  })
})

describe('a code', () => {
  test('is good for five minutes', async () => {
    const phone = newPhone()
    const code = await codeFor(phone)
    house.pass(301)
    expect(await refusal(login(phone, code))).toMatchObject({ code: 'unauthorized' })
  })

  test('is good for one use', async () => {
    const phone = newPhone()
    const code = await codeFor(phone)
    await login(phone, code)
    expect(await refusal(login(phone, code))).toMatchObject({ code: 'unauthorized' })
  })

  test('is void after five wrong ones, even when they come at once', async () => {
    const phone = newPhone()
    const code = await codeFor(phone)
    const guesses = await Promise.all(Array.from({ length: 5 }, () => refusal(login(phone, otherThan(code)))))
    expect(new Set(guesses.map(({ code: refused }) => refused))).toEqual(new Set(['unauthorized']))
    expect(await refusal(login(phone, code))).toMatchObject({ code: 'unauthorized' })
  })

  test('is still good after four', async () => {
    const phone = newPhone()
    const code = await codeFor(phone)
    for (let count = 0; count < 4; count++) await refusal(login(phone, otherThan(code)))
    await login(phone, code)
  })

  test('is void when a newer one was sent', async () => {
    const phone = newPhone()
    const older = await codeFor(phone)
    house.pass(61)
    const newer = await codeFor(phone)
    if (older !== newer) expect(await refusal(login(phone, older))).toMatchObject({ code: 'unauthorized' })
    await login(phone, newer)
  })

  test('is for its own number only', async () => {
    const [one, other] = [newPhone(), newPhone()]
    const code = await codeFor(one)
    expect(await refusal(login(other, code))).toMatchObject({ code: 'unauthorized' })
  })

  test('is kept as a digest', async () => {
    const phone = newPhone()
    const code = await codeFor(phone)
    const prefix = house.corner.redisKeyPrefix
    const keys = (await house.redis.keys(`${prefix}code:*`)).map((key) => key.slice(prefix.length))
    const kept = JSON.stringify([keys, await Promise.all(keys.map((key) => house.redis.hgetall(key)))])
    expect(kept).not.toContain(`"${code}"`)
    expect(kept).not.toContain(phone)
  })
})

describe('the same answer', () => {
  test('whether the number is known or not', async () => {
    const [known, unknown] = [newPhone(), newPhone()]
    await login(known, await codeFor(known))
    house.pass(61)
    expect(await send(known)).toEqual(await send(unknown))
    const wrong = await refusal(login(known, otherThan(codesTo(known).at(-1) ?? '')))
    expect(await refusal(login(unknown, otherThan(codesTo(unknown).at(-1) ?? '')))).toEqual(wrong)
    expect(await refusal(login(newPhone(), '123456'))).toEqual(wrong)
  })
})

describe('limits', () => {
  test('of a number: one in a minute, five in an hour, ten in a day', async () => {
    const phone = newPhone()
    await send(phone)
    expect(await refusal(send(phone))).toMatchObject({
      code: 'rate-limited',
      detail: expect.stringMatching(/again in (59|60) s/) as string,
    })
    for (let count = 1; count < 5; count++) {
      house.pass(61)
      await send(phone)
    }
    house.pass(61)
    expect(await refusal(send(phone))).toMatchObject({ code: 'rate-limited' })
    for (let count = 5; count < 10; count++) {
      house.pass(3_601)
      await send(phone)
    }
    house.pass(3_601)
    expect(await refusal(send(phone))).toMatchObject({ code: 'rate-limited' })
    expect(codesTo(phone)).toHaveLength(10)
    house.pass(86_400)
    await send(phone)
  })

  test('of an address: ten in an hour, whatever the numbers', async () => {
    house.pass(3_601)
    const address = newAddress()
    for (let count = 0; count < 10; count++) await send(newPhone(), address)
    expect(await refusal(send(newPhone(), address))).toMatchObject({ code: 'rate-limited' })
  })

  test('of a network: fifty in an hour, whatever the addresses', async () => {
    house.pass(3_601)
    for (let count = 0; count < 50; count++) await send(newPhone(), `203.0.113.${count}`)
    expect(await refusal(send(newPhone(), '203.0.113.200'))).toMatchObject({ code: 'rate-limited' })
    await send(newPhone(), '203.0.114.1')
  })

  test('of everything together: what may be spent in an hour, said loudly', async () => {
    house.pass(3_601)
    const before = aliyun.messages.length
    const answers = await Promise.allSettled(
      Array.from({ length: 80 }, (_, count) => send(newPhone(), `10.2.${count}.1`)),
    )
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(60)
    expect(aliyun.messages.length - before).toBe(60)
    expect(house.lines.join('')).toContain('SMS_HOURLY_LIMIT is reached')
    expect(await house.metrics()).toMatch(/parley_messages_total\{kind="phone",outcome="breaker"\} \d/)
  })

  test('when many are sent and few are used, there is an alarm', async () => {
    expect(house.lines.filter((line) => line.includes('somebody is pumping SMS')).length).toBeGreaterThan(0)
    expect(Number(/^parley_sms_used_ratio (\S+)/m.exec(await house.metrics())?.[1])).toBeLessThan(0.3)
  })
})

describe('a request that is repeated', () => {
  test('sends one message, and is answered the same', async () => {
    house.pass(3_601)
    const phone = newPhone()
    const address = newAddress()
    const answers = []
    for (let count = 0; count < 3; count++) answers.push(await send(phone, address, { idempotencyKey: 'one' }))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(codesTo(phone)).toHaveLength(1)
    expect(await refusal(send(phone, address, { idempotencyKey: 'two' }))).toMatchObject({ code: 'rate-limited' })
  })

  test('after an answer that never came sends nothing again: the message may have', async () => {
    const phone = newPhone()
    plan = { lost: 'silence' }
    expect(await refusal(send(phone, newAddress(), { idempotencyKey: 'lost' }))).toMatchObject({ code: 'timeout' })
    await send(phone, newAddress(), { idempotencyKey: 'lost' })
    expect(codesTo(phone)).toHaveLength(1)
    await login(phone, codesTo(phone)[0] ?? '')
  })

  test('after a refusal sends it, when its minute is over', async () => {
    const phone = newPhone()
    plan = { code: 'isv.BUSINESS_LIMIT_CONTROL' }
    const refused = await refusal(send(phone, newAddress(), { idempotencyKey: 'again' }))
    expect(refused).toMatchObject({ code: 'provider-rejected' })
    expect(refused.message).not.toContain('isv')
    house.pass(61)
    await send(phone, newAddress(), { idempotencyKey: 'again' })
    expect(codesTo(phone)).toHaveLength(1)
  })
})

test.each<[string, NonNullable<Plan>, string]>([
  ['a refused number', { code: 'isv.MOBILE_NUMBER_ILLEGAL' }, 'provider-rejected'],
  ['an account without money', { code: 'isv.AMOUNT_NOT_ENOUGH' }, 'provider-rejected'],
  ['a failure of the vendor', { code: 'isp.SYSTEM_ERROR' }, 'provider-failed'],
  ['a connection that is cut', { lost: 'cut' }, 'provider-failed'],
])('%s is a problem that says nothing of the account', async (_, planned, code) => {
  house.pass(61)
  plan = planned
  expect(await refusal(send(newPhone()))).toMatchObject({ code })
  expect(house.lines.join('')).not.toMatch(/testsecret|testid|Signature/)
})

test('the vendor got nothing but well-signed requests, each with a nonce of its own', () => {
  const refused = aliyun.requests.filter(({ code }) => code !== 'OK' && !code.startsWith('is'))
  expect(refused).toEqual([])
  expect(new Set(aliyun.requests.map(({ nonce }) => nonce)).size).toBe(aliyun.requests.length)
})

test('an account with another secret is refused', async () => {
  await using other = await openAuth({
    ...account,
    SMS_PROVIDER: '',
    ALIYUN_SMS_ACCESS_KEY_SECRET: 'wrong',
    ALIYUN_SMS_ENDPOINT: aliyun.url,
  })
  const sent = other.bus.request(authCodes.sendLoginCode, { phone: newPhone(), client: { address: newAddress() } })
  expect(await refusal(sent)).toMatchObject({ code: 'provider-rejected' })
  expect(aliyun.requests.at(-1)?.code).toBe('SignatureDoesNotMatch')
})

test('an installation that has no way to send says so', async () => {
  await using other = await openAuth({ SMS_PROVIDER: 'none' })
  const sent = other.bus.request(authCodes.sendLoginCode, { phone: newPhone(), client: {} })
  expect(await refusal(sent)).toMatchObject({ code: 'conflict' })
})
