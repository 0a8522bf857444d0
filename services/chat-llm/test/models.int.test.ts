import { chat, type AgentSettings, type CompletePart } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import { startOpenAiFake, type OpenAiFake } from '@parley/testkit/openai-fake'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { collect, openChat, type ChatFixture } from './fixture.ts'

let fake: OpenAiFake
let service: ChatFixture
beforeAll(async () => {
  fake = await startOpenAiFake({
    apiKey: 'key',
    models: ['small', 'large', 'other'],
    chat: ({ model }, index) => ({ text: model === 'other' && index % 2 ? 'no' : '```json\n{"from":"other"}\n```' }),
  })
  const listed = { name: 'local', baseUrl: fake.baseUrl, apiKey: 'key', model: 'small' }
  const badKey = { ...listed, name: 'stale', apiKey: 'old' }
  service = await openChat({
    LLM_ENDPOINTS: JSON.stringify([
      listed,
      { ...badKey, models: ['never-listed'] },
      { ...listed, name: 'typo', model: 'smal' },
    ]),
    LLM_OFFER_ALL_MODELS: 'true',
  })
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await fake[Symbol.asyncDispose]()
})

const models = () => callAs(newPerson(), () => service.bus.request(chat.listModels, {}))
const listings = () => fake.requests.filter(({ kind, status }) => kind === 'models' && status === 200).length

async function askWith(settings: Partial<AgentSettings>): Promise<string> {
  const person = newPerson()
  return callAs(person, async () => {
    const { agentId } = await service.bus.request(chat.createAgent, { name: 'A', prompt: 'Be A.', ...settings })
    await collect(service.bus.stream(chat.ask, { turnId: newId(), text: 'hello', agentId }))
    const asked = fake.requests.findLast(({ kind }) => kind === 'chat')?.body as { model: string } | undefined
    return asked?.model ?? 'nobody was asked'
  })
}

test('lists what is configured and what the vendors have', async () => {
  const { models: listed } = await models()
  const ids = (provider: string) => listed.filter((model) => model.provider === provider).map(({ id }) => id)
  expect(ids('local')).toEqual(['small', 'large', 'other'])
  // The vendor that refused its key has what is configured.
  expect(ids('stale')).toEqual(['small', 'never-listed'])
})

test('an administrator learns how each vendor is', async () => {
  await expect(callAs(newPerson(), () => service.bus.request(chat.checkModels, {}))).rejects.toMatchObject({
    code: 'forbidden',
  })
  const { models: checked } = await callAs(newPerson('admin'), () => service.bus.request(chat.checkModels, {}))
  expect(checked).toMatchObject([
    { provider: 'local', model: 'small', ok: true, latencyMs: expect.any(Number) as number },
    { provider: 'stale', ok: false, code: 'provider-rejected' },
    { provider: 'typo', model: 'smal', ok: false, reason: 'The vendor does not list this model' },
  ])
})

test('an agent’s own model is asked first, and one that is gone is no obstacle', async () => {
  expect(await askWith({ model: 'large' })).toBe('large')
  expect(await askWith({ model: 'withdrawn' })).toBe('small')
  expect(await askWith({})).toBe('small')
})

test('a model is asked for by its id, and JSON comes without its fence', async () => {
  const parts = await callAs(newPerson(), () =>
    Array.fromAsync<CompletePart>(
      service.bus.stream(chat.complete, {
        model: 'other',
        messages: [{ role: 'user', text: 'Where from?' }],
        format: { type: 'json' },
      }),
    ),
  )
  expect(parts.filter(({ type }) => type === 'text-delta')).toEqual([{ type: 'text-delta', text: '{"from":"other"}' }])
  expect(parts.at(-1)).toMatchObject({ type: 'finished', reason: 'stop' })
})

test('the lists are kept for every instance where all vendors gave theirs', async () => {
  await using one = await openChat({
    LLM_ENDPOINTS: JSON.stringify([{ name: 'local', baseUrl: fake.baseUrl, apiKey: 'key', model: 'small' }]),
    LLM_OFFER_ALL_MODELS: 'true',
  })
  await using _other = await one.openInstance()
  const before = listings()
  const list = () => callAs(newPerson(), () => one.bus.request(chat.listModels, {}))
  for (let count = 0; count < 6; count++) expect((await list()).models.length).toBe(3)
  expect(listings()).toBe(before + 1)
})
