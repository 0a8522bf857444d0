import { createHmac } from 'node:crypto'
import type { Identity } from '@parley/contracts'
import { afterEach, expect, test, vi } from 'vitest'
import { Secret } from './config.ts'
import { createIdentities } from './identities.ts'

const [first, second] = ['a'.repeat(32), 'b'.repeat(32)]
const given = (now: string, before?: string) => ({
  internalTokenSecret: new Secret(now),
  internalTokenSecretPrevious: before === undefined ? undefined : new Secret(before),
})
const person: Identity = {
  kind: 'user',
  userId: '019aa3c0-0000-7000-8000-000000000001',
  sessionId: '019aa3c0-0000-7000-8000-000000000002',
  scopes: ['chat'],
}
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const refused = { code: 'unauthorized' }

afterEach(() => vi.useRealTimers())

test('what one service signs, another one verifies', async () => {
  const [gateway, chat] = [createIdentities('gateway', given(first)), createIdentities('chat-llm', given(first))]
  expect(await chat.verify(await gateway.sign(person))).toEqual(person)
  expect(await chat.verify(await gateway.sign(gateway.own))).toEqual({ kind: 'service', service: 'gateway' })
})

test('a token is made once for an identity, and again before it is old', async () => {
  vi.useFakeTimers({ now: 1_767_225_600_000, toFake: ['Date'] })
  const identities = createIdentities('gateway', given(first))
  const token = await identities.sign(person)
  vi.setSystemTime(1_767_225_600_000 + 29_000)
  expect(await identities.sign(person)).toBe(token)
  expect(await identities.sign({ ...person, scopes: [] })).not.toBe(token)
  vi.setSystemTime(1_767_225_600_000 + 31_000)
  expect(await identities.sign(person)).not.toBe(token)
})

test('a token is good for a minute, remembered or not', async () => {
  vi.useFakeTimers({ now: 1_767_225_600_000, toFake: ['Date'] })
  const [gateway, chat] = [createIdentities('gateway', given(first)), createIdentities('chat-llm', given(first))]
  const token = await gateway.sign(person)
  await chat.verify(token)
  vi.setSystemTime(1_767_225_600_000 + 66_000)
  await expect(chat.verify(token)).rejects.toMatchObject(refused)
  await expect(createIdentities('auth', given(first)).verify(token)).rejects.toMatchObject(refused)
})

test('a new secret is rolled out while the one before it still counts', async () => {
  const old = await createIdentities('gateway', given(first)).sign(person)
  expect(await createIdentities('chat-llm', given(second, first)).verify(old)).toEqual(person)
  await expect(createIdentities('chat-llm', given(second)).verify(old)).rejects.toMatchObject(refused)
})

const claims = { identity: person, iss: 'gateway', aud: 'parley-internal', exp: 4_102_444_800 }
const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('base64url')
function forge(header: object, payload: object, secret: string) {
  const text = `${encode(header)}.${encode(payload)}`
  return `${text}.${hmac(secret, text)}`
}

test('a token made by hand of the right parts is accepted, so that the refusals below mean something', async () => {
  expect(await createIdentities('auth', given(first)).verify(forge({ alg: 'HS256' }, claims, first))).toEqual(person)
})

test.each([
  ['no token', 'nonsense'],
  ['another secret', forge({ alg: 'HS256' }, claims, second)],
  ['no signature', `${encode({ alg: 'none' })}.${encode(claims)}.`],
  ['another audience', forge({ alg: 'HS256' }, { ...claims, aud: 'elsewhere' }, first)],
  ['no end', forge({ alg: 'HS256' }, { ...claims, exp: undefined }, first)],
  ['no identity', forge({ alg: 'HS256' }, { ...claims, identity: { kind: 'root' } }, first)],
])('%s is refused', async (_what, token) => {
  await expect(createIdentities('auth', given(first)).verify(token)).rejects.toMatchObject(refused)
})
