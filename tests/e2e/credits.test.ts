import { connectDevice, type VirtualDevice } from '@parley/testkit/device'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newDeviceId, setupToken, startPlatform, type Platform } from '../platform.ts'
import { openApi, readToken, setUpAdministrator, signUp, type Api } from './api.ts'
import { enrol, pairingCodeOf, sentencesOf, type, wholeTurn } from './helpers.ts'

const stack = new AsyncDisposableStack()
let platform: Platform
let admin: Api
let ada: Api
let userId: string
let device: VirtualDevice
let client: OpenAI

const messages = [{ role: 'user' as const, content: 'say hello' }]
const million = 1_000_000

beforeAll(async () => {
  platform = stack.use(await startPlatform({ CREDITS: 'on', CREDITS_MAX_OUTPUT_TOKENS: '100' }))
  const open = openApi(platform.apiUrl)
  admin = await setUpAdministrator(open, setupToken(), 'boss')
  ada = await signUp(open, 'ada')
  userId = (await readToken(ada)).userId
  client = new OpenAI({ baseURL: `${platform.apiUrl}/v1`, apiKey: ada.token ?? '', maxRetries: 0, logLevel: 'off' })
  const deviceId = newDeviceId()
  const credential = { clientId: 'one', token: await enrol(platform.otaUrl, deviceId) }
  device = stack.use(await connectDevice({ url: platform.websocketUrl, deviceId, ...credential }))
  // Nobody's device talks at the platform's expense, whatever it costs.
  await setPrice(million)
  await ada.call('POST', '/api/device/bind', { code: await pairingCodeOf(device), name: 'Mine' })
})
afterAll(() => stack.disposeAsync())

/** Micro-credits for a million tokens of the built-in responder. */
const setPrice = (perMillion: number) =>
  admin.call('POST', '/api/v1/admin/credits/prices', {
    item: 'offline',
    inputPerMillion: perMillion,
    outputPerMillion: perMillion,
  })
const grant = (amount: number) =>
  admin.call('POST', `/api/v1/admin/users/${userId}/credits/grants`, { amount, reason: 'a test' })
const credits = async () => (await ada.call('GET', '/api/v1/credits')).body
const books = async () => (await admin.call('GET', '/api/v1/admin/credits/books')).body

async function say(text: string): Promise<string> {
  const from = device.position
  type(device, text)
  return sentencesOf(await wholeTurn(device, from)).join(' ')
}

describe('without credits', () => {
  test('a device of somebody says so aloud, and works on', async () => {
    expect(await say('tell me a joke')).toContain('not enough credits')
    expect(await say('tell me a joke')).toContain('not enough credits')
  })

  test.each([false, true])('/v1 answers 402 in OpenAI’s form (stream: %s)', async (streaming) => {
    const call = client.chat.completions.create({ messages, model: 'offline', stream: streaming })
    await expect(call).rejects.toMatchObject({ status: 402, code: 'insufficient_quota', type: 'insufficient_quota' })
  })

  test('the app’s chat answers 402', async () => {
    expect(await ada.call('POST', '/api/ai/multi-chat', { message: 'hello' })).toMatchObject({
      status: 402,
      body: { code: 402, data: null },
    })
  })
})

describe('with credits', () => {
  test('what was used is taken, what it was for can be read, and the books are right', async () => {
    expect((await grant(20_000)).status).toBe(201)
    expect(await say('tell me a joke')).not.toContain('credits')
    await client.chat.completions.create({ messages, model: 'offline' })
    await ada.call('POST', '/api/ai/multi-chat', { message: 'hello' })
    await expect.poll(async () => (await credits())['held']).toBe(0)
    const { body } = await ada.call('GET', '/api/v1/credits/entries')
    const entries = body['entries'] as { kind: string; purpose?: string; amount: number }[]
    expect(entries.map(({ kind, purpose }) => purpose ?? kind)).toEqual(['reply', 'completion', 'reply', 'grant'])
    expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe((await credits())['posted'])
    expect(entries.every(({ kind, amount }) => kind === 'grant' || amount < 0)).toBe(true)
    expect(await books()).toMatchObject({ sum: 0, unbalanced: 0, wrongPosted: 0, wrongHeld: 0, wrongGrants: 0 })
  })

  test('a grant with an Idempotency-Key is given once', async () => {
    const before = Number((await credits())['posted'])
    const path = `/api/v1/admin/users/${userId}/credits/grants`
    const again = () => admin.call('POST', path, { amount: 7, reason: 'once' }, { 'idempotency-key': 'grant-1' })
    const [first, second] = [await again(), await again()]
    expect(second.body).toEqual(first.body)
    expect((await credits())['posted']).toBe(before + 7)
  })
})

test('without the billing service nothing is answered, and nothing is free', async () => {
  await platform.stop('billing')
  const call = client.chat.completions.create({ messages, model: 'offline' })
  await expect(call).rejects.toMatchObject({ status: 503 })
  expect(await say('tell me a joke')).toContain('something went wrong')
  await platform.start('billing')
  await expect(client.chat.completions.create({ messages, model: 'offline' })).resolves.toBeDefined()
})
