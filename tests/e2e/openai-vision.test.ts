import { readdir } from 'node:fs/promises'
import { startOpenAiFake, type OpenAiFake } from '@parley/testkit/openai-fake'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPlatform, type Platform } from '../platform.ts'
import { openApi, signUp } from './api.ts'

const stack = new AsyncDisposableStack()
let vendor: OpenAiFake
let platform: Platform
let client: OpenAI
beforeAll(async () => {
  vendor = stack.use(await startOpenAiFake({ chat: () => ({ text: '{"colour":"red"}' }) }))
  platform = stack.use(
    await startPlatform({
      LLM_BASE_URL: vendor.baseUrl,
      LLM_API_KEY: 'key',
      LLM_MODEL: 'reads-1',
      VISION_MODEL: 'sees-1',
      IMAGE_MODEL: 'draws-1',
    }),
  )
  const api = await signUp(openApi(platform.apiUrl), 'ada')
  client = new OpenAI({ baseURL: `${platform.apiUrl}/v1`, apiKey: api.token ?? '', maxRetries: 0, logLevel: 'off' })
})
afterAll(() => stack.disposeAsync())

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const look = (url: string) => [
  {
    role: 'user' as const,
    content: [
      { type: 'text' as const, text: 'Which colour?' },
      { type: 'image_url' as const, image_url: { url } },
    ],
  },
]
const asked = () => vendor.requests.findLast(({ kind }) => kind === 'chat')?.body as Record<string, unknown>
const files = async () =>
  (await readdir(platform.corner.objectDir, { recursive: true })).filter((name) => name.endsWith('.png'))

test('a picture goes to the model that sees, made anew, and is not kept', async () => {
  const answer = await client.chat.completions.create({
    model: 'sees-1',
    messages: look(`data:image/png;base64,${pixel}`),
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'colour',
        strict: true,
        schema: { type: 'object', properties: { colour: { type: 'string' } } },
      },
    },
  })
  expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual({ colour: 'red' })
  expect(asked()).toMatchObject({
    model: 'sees-1',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Which colour?' },
          { type: 'image_url', image_url: { url: expect.stringMatching(/^data:image\/png;base64,/) as string } },
        ],
      },
    ],
    response_format: { type: 'json_schema', json_schema: { name: 'colour', strict: true } },
  })
  expect(await files()).toEqual([])
})

test('a stream with a picture keeps it until its end', async () => {
  const stream = await client.chat.completions.create({
    model: 'sees-1',
    stream: true,
    messages: look(`data:image/png;base64,${pixel}`),
  })
  let text = ''
  for await (const { choices } of stream) text += choices[0]?.delta.content ?? ''
  expect(text).toBe('{"colour":"red"}')
  await expect.poll(files).toEqual([])
})

test('an address is left to the vendor, and a model that sees is chosen when none is named', async () => {
  const body = { messages: look('https://pictures.example.com/cup.jpg') }
  const answer = await fetch(`${platform.apiUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${client.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(200)
  expect(asked()).toMatchObject({
    model: 'sees-1',
    messages: [{ content: [{}, { image_url: { url: 'https://pictures.example.com/cup.jpg' } }] }],
  })
})

test.each([
  ['what is no picture', 'data:image/png;base64,aGVsbG8='],
  ['an address inside the house', 'http://127.0.0.1/secret.png'],
  ['a file', 'file:///etc/passwd'],
])('%s is refused in OpenAI’s words', async (_what, url) => {
  const refused = client.chat.completions.create({ model: 'sees-1', messages: look(url) })
  await expect(refused).rejects.toMatchObject({ status: 400, type: 'invalid_request_error' })
})

test('JSON, and no more, is asked of the vendor', async () => {
  await client.chat.completions.create({
    model: 'reads-1',
    messages: [{ role: 'user', content: 'JSON, please' }],
    response_format: { type: 'json_object' },
  })
  expect(asked()).toMatchObject({ model: 'reads-1', response_format: { type: 'json_object' } })
})

test('pictures are drawn, whole or by an address', async () => {
  const drawn = await client.images.generate({ prompt: 'A lamp', n: 2, size: '512x512' })
  expect(drawn.data?.length).toBe(2)
  const bytes = Buffer.from(drawn.data?.[0]?.b64_json ?? '', 'base64')
  expect(bytes.subarray(1, 4).toString()).toBe('PNG')
  const linked = await client.images.generate({ prompt: 'A lamp', response_format: 'url' })
  const { pathname, search } = new URL(linked.data?.[0]?.url ?? '')
  const fetched = await fetch(`${platform.apiUrl}${pathname}${search}`)
  expect(Buffer.from(await fetched.arrayBuffer())).toEqual(bytes)
})

test('a picture that may not be drawn, or is of a size that nobody draws, is refused as OpenAI does', async () => {
  await expect(client.images.generate({ prompt: 'forbidden' })).rejects.toMatchObject({ status: 502 })
  await expect(client.images.generate({ prompt: 'A lamp', size: '9999x10' })).rejects.toMatchObject({
    status: 400,
    type: 'invalid_request_error',
  })
})
