import OpenAI from 'openai'
import { startOpenAiFake, type OpenAiFake } from '@parley/testkit/openai-fake'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPlatform } from '../platform.ts'
import { openApi, signUp } from './api.ts'

const stack = new AsyncDisposableStack()
let vendor: OpenAiFake
let client: OpenAI

beforeAll(async () => {
  vendor = stack.use(await startOpenAiFake({ chat: { text: 'Once upon a time there was a clock.', tokenMs: 15 } }))
  const platform = stack.use(
    await startPlatform({ LLM_BASE_URL: vendor.baseUrl, LLM_API_KEY: 'key-1', LLM_MODEL: 'fake-chat' }),
  )
  const { token } = await signUp(openApi(platform.apiUrl), 'ada')
  client = new OpenAI({ baseURL: `${platform.apiUrl}/v1`, apiKey: token ?? '', maxRetries: 0, logLevel: 'off' })
})
afterAll(() => stack.disposeAsync())

const messages = [{ role: 'user' as const, content: 'a story' }]

test('lists models', async () => {
  expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['fake-chat'])
})

test('chats', async () => {
  const answer = await client.chat.completions.create({ model: 'fake-chat', messages })
  expect(answer.choices[0]?.message.content).toBe('Once upon a time there was a clock.')
  expect(answer.usage?.total_tokens).toBeGreaterThan(0)
})

test('streams', async () => {
  const stream = await client.chat.completions.create({ model: 'fake-chat', messages, stream: true })
  const chunks = await Array.fromAsync(stream)
  expect(chunks.length).toBeGreaterThan(4)
  expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(
    'Once upon a time there was a clock.',
  )
})

test('aborts, and the vendor is told', async () => {
  const stream = await client.chat.completions.create({ model: 'fake-chat', messages, stream: true })
  for await (const { choices } of stream) {
    if (choices[0]?.delta.content) stream.controller.abort()
  }
  await expect.poll(() => vendor.requests.at(-1)?.outcome).toBe('aborted')
})

test('is told what does not exist', async () => {
  const call = client.chat.completions.create({ model: 'gpt-17', messages })
  await expect(call).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
})
