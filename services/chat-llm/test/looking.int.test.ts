import { chat, type LookInput } from '@parley/contracts'
import { openObjectStore, type ObjectStore } from '@parley/object-store'
import { createLogger, Secret } from '@parley/service-kit'
import { startOpenAiFake, type OpenAiFake } from '@parley/testkit/openai-fake'
import { callAs, newPerson } from '@parley/test-caller'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openChat, type ChatFixture } from './fixture.ts'

const stack = new AsyncDisposableStack()
let fake: OpenAiFake
let service: ChatFixture
let store: ObjectStore
let said = 'A red cup on a table.'

beforeAll(async () => {
  fake = stack.use(await startOpenAiFake({ chat: () => ({ text: said }) }))
  const model = { LLM_BASE_URL: fake.baseUrl, LLM_API_KEY: 'key', LLM_MODEL: 'text-1', LLM_RETRIES: '0' }
  service = stack.use(await openChat({ ...model, VISION_MODEL: 'sees-1' }))
  const urlSecret = new Secret('s'.repeat(32))
  store = stack.use(
    await openObjectStore(
      { provider: 'disk', dir: service.corner.objectDir, urlSecret, publicUrl: 'http://127.0.0.1', timeoutMs: 5_000 },
      { log: createLogger({ service: 'test', level: 'silent' }) },
    ),
  )
})
afterAll(() => stack.disposeAsync())

const picture = Buffer.from('ffd8ffe000104a46494600', 'hex')
const keep = async (contentType: string) =>
  (await store.put({ retention: 'temporary', name: 'seen.jpg', contentType, body: picture })).key
const look = (input: Omit<LookInput, 'question'>) =>
  service.bus.request(chat.look, { question: 'What do you see?', ...input })

test('the vision model is asked with the agent, the image itself and the question', async () => {
  const { agentId } = await callAs(newPerson(), () =>
    service.bus.request(chat.createAgent, { name: 'Bo', prompt: 'You are Bo.', sampling: { maxTokens: 50 } }),
  )
  const imageKey = await keep('image/jpeg')
  expect(await look({ imageKey, agentId, language: 'en' })).toEqual({ text: said })
  const asked = fake.requests.findLast(({ kind }) => kind === 'chat')?.body as Record<string, unknown>
  expect(asked).toMatchObject({ model: 'sees-1', max_tokens: 50 })
  expect(asked['messages']).toEqual([
    { role: 'system', content: expect.stringMatching(/^You are Bo\..*camera.*speaking en/s) },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What do you see?' },
        { type: 'image_url', image_url: { url: `data:image/jpeg;base64,${picture.toString('base64')}` } },
      ],
    },
  ])
})

test('what is no image, or not there, is named', async () => {
  await expect(look({ imageKey: await keep('text/plain') })).rejects.toMatchObject({ code: 'bad-request' })
  await expect(look({ imageKey: 'temporary/20260101/none.jpg' })).rejects.toMatchObject({ code: 'not-found' })
  const agentId = '019aa3c0-0000-7000-8000-00000000dead'
  await expect(look({ imageKey: await keep('image/png'), agentId })).rejects.toMatchObject({ code: 'not-found' })
})

test('a model that says nothing has failed', async () => {
  said = ' '
  await expect(look({ imageKey: await keep('image/png') })).rejects.toMatchObject({ code: 'provider-failed' })
  said = 'A red cup on a table.'
})

test('a place without a vision model says so', async () => {
  await using blind = await openChat()
  await expect(
    blind.bus.request(chat.look, { imageKey: 'temporary/20260101/a.jpg', question: 'What is it?' }),
  ).rejects.toMatchObject({ code: 'unavailable', detail: 'No vision model is set up here' })
})
