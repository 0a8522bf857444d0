import { billing, chat, Problem } from '@parley/contracts'
import { openObjectStore } from '@parley/object-store'
import { createLogger, Secret } from '@parley/service-kit'
import { callAs, newPerson } from '@parley/test-caller'
import { startOpenAiFake, type OpenAiFake } from '@parley/testkit/openai-fake'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { collect, newDevice, openChat, type ChatFixture } from './fixture.ts'

type Told = { what: string; payer?: unknown; purpose?: string; used?: unknown; by?: string }

const stack = new AsyncDisposableStack()
let fake: OpenAiFake
let service: ChatFixture
let told: Told[]
let refusal: Problem | undefined
let keptImage: string

/** chat-llm with credits on, beside a stand-in of billing that writes down what it is asked. */
beforeAll(async () => {
  fake = stack.use(await startOpenAiFake({ chat: { text: 'Well, hello.' } }))
  const model = { LLM_BASE_URL: fake.baseUrl, LLM_API_KEY: 'key', LLM_MODEL: 'text-1', LLM_RETRIES: '0' }
  service = stack.use(
    await openChat({ ...model, VISION_MODEL: 'sees-1', CREDITS: 'on', CREDITS_MAX_OUTPUT_TOKENS: '50' }),
  )
  const hold = (holdId: string, state: 'held' | 'settled' | 'voided') => {
    if (refusal && state === 'held') throw refusal
    return { holdId, state, max: 0, expiresAt: new Date().toISOString() }
  }
  service.bus.handle(billing.reserve, ({ holdId, payer, purpose }) => {
    told.push({ what: 'reserve', payer, purpose })
    return hold(holdId, 'held')
  })
  service.bus.handle(billing.settle, ({ holdId, used, by }) => {
    told.push({ what: 'settle', used, by })
    return hold(holdId, 'settled')
  })
  service.bus.handle(billing.void, ({ holdId }) => hold(holdId, 'voided'))
  await service.bus.flush()
  const store = await openObjectStore(
    {
      provider: 'disk',
      dir: service.corner.objectDir,
      urlSecret: new Secret('s'.repeat(32)),
      publicUrl: 'http://127.0.0.1',
      timeoutMs: 5_000,
    },
    { log: createLogger({ service: 'test', level: 'silent' }) },
  )
  stack.use(store)
  const body = Buffer.from('ffd8ffe000104a46494600', 'hex')
  keptImage = (await store.put({ retention: 'temporary', name: 'a.jpg', contentType: 'image/jpeg', body })).key
})
afterAll(() => stack.disposeAsync())
beforeEach(() => {
  told = []
  refusal = undefined
})

const user = newPerson()
const { userId } = user
const room = (ownerId?: string) => ({ roomId: `room_${newId()}`, taskId: `task_${newId()}`, ownerId })
const ways: [name: string, purpose: string, payer: unknown, ask: () => Promise<unknown>][] = [
  [
    'a device of somebody',
    'reply',
    { userId },
    () => collect(service.reply({ deviceId: newDevice(), ownerId: userId })),
  ],
  ['a device of nobody', 'reply', 'platform', () => collect(service.reply({ deviceId: newDevice() }))],
  [
    'an app',
    'reply',
    { userId },
    () => callAs(user, () => Array.fromAsync(service.bus.stream(chat.ask, { turnId: newId(), text: 'hello' }))),
  ],
  [
    'a room of somebody',
    'room',
    { userId },
    () => Array.fromAsync(service.bus.stream(chat.replyInRoom, { turnId: newId(), run: room(userId), text: 'hello' })),
  ],
  [
    'a room of a guest',
    'room',
    'platform',
    () => Array.fromAsync(service.bus.stream(chat.replyInRoom, { turnId: newId(), run: room(), text: 'hello' })),
  ],
  [
    'a bare model',
    'completion',
    { userId },
    () =>
      callAs(user, () =>
        Array.fromAsync(service.bus.stream(chat.complete, { messages: [{ role: 'user', text: 'hello' }] })),
      ),
  ],
  [
    'a bare model by its name',
    'completion',
    { userId },
    () =>
      callAs(user, () =>
        Array.fromAsync(
          service.bus.stream(chat.complete, { model: 'sees-1', messages: [{ role: 'user', text: 'hello' }] }),
        ),
      ),
  ],
  [
    'a camera',
    'look',
    { userId },
    () => service.bus.request(chat.look, { imageKey: keptImage, ownerId: userId, question: 'What is it?' }),
  ],
]

describe.each(ways)('%s', (_name, purpose, payer, ask) => {
  test('is paid for: held before the model is asked, settled with the vendor’s count', async () => {
    await ask()
    const [reserved, settled, ...more] = told
    expect(reserved).toEqual({ what: 'reserve', payer, purpose })
    const used = { type: 'tokens', inputTokens: expect.any(Number), outputTokens: expect.any(Number) }
    const by = payer === 'platform' ? 'platform' : 'payer'
    expect(settled).toMatchObject({ what: 'settle', used, by })
    expect(settled?.used).not.toMatchObject({ outputTokens: 0 })
    expect(more).toEqual([])
  })

  test('without enough credits is refused, and the model is not asked', async () => {
    refusal = new Problem('insufficient-credits', 'too few')
    const before = fake.requests.length
    await expect(ask()).rejects.toMatchObject({ code: 'insufficient-credits' })
    expect(fake.requests).toHaveLength(before)
  })
})

test('without billing nothing is asked', async () => {
  await using alone = await openChat({
    LLM_BASE_URL: fake.baseUrl,
    LLM_API_KEY: 'key',
    LLM_MODEL: 'text-1',
    CREDITS: 'on',
  })
  const before = fake.requests.length
  await expect(collect(alone.reply({ deviceId: newDevice() }))).rejects.toMatchObject({ code: 'unavailable' })
  expect(fake.requests).toHaveLength(before)
})
