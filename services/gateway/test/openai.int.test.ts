import { chat, Problem, type CompleteInput, type CompletePart } from '@parley/contracts'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openGateway, type GatewayFixture } from './fixture.ts'

type Script = (input: CompleteInput, signal: AbortSignal) => AsyncIterable<CompletePart>

let edge: GatewayFixture
let client: OpenAI
let script: Script
let asked: CompleteInput[] = []

const started: CompletePart = { type: 'started', provider: 'p', model: 'm-1' }
const usage = { inputTokens: 11, outputTokens: 7 }
async function* say(...parts: CompletePart[]): AsyncGenerator<CompletePart> {
  yield* [started, ...parts]
}
const text = (value: string): CompletePart => ({ type: 'text-delta', text: value })
const end = (reason: 'stop' | 'tool-calls' | 'length' = 'stop'): CompletePart => ({ type: 'finished', reason, usage })

beforeAll(async () => {
  edge = await openGateway()
  edge.bus.handle(chat.complete, (input, { signal }) => {
    asked.push(input)
    return script(input, signal)
  })
  edge.bus.handle(chat.listModels, () => ({ models: [{ id: 'm-1', provider: 'p' }] }))
  await edge.bus.flush()
  client = new OpenAI({ baseURL: `${edge.origin}/v1`, apiKey: edge.logIn().token, maxRetries: 0, logLevel: 'off' })
})
afterAll(() => edge[Symbol.asyncDispose]())
beforeEach(() => {
  asked = []
  script = () => say(text('Hi'), text(' there.'), end())
})

const messages = [{ role: 'user' as const, content: 'hello' }]

test('lists the models', async () => {
  const { data } = await client.models.list()
  expect(data).toEqual([{ id: 'm-1', object: 'model', created: expect.any(Number) as number, owned_by: 'p' }])
})

describe('a whole answer', () => {
  test('has text, reason and usage', async () => {
    const answer = await client.chat.completions.create({ model: 'm-1', messages })
    expect(answer).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-/) as string,
      object: 'chat.completion',
      model: 'm-1',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi there.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
    })
  })

  test('has the calls of tools, whose results can be sent back', async () => {
    script = () => say({ type: 'tool-call', id: 'c1', name: 'lamp', arguments: '{"on":true}' }, end('tool-calls'))
    const tools = [{ type: 'function' as const, function: { name: 'lamp', parameters: { type: 'object' } } }]
    const first = await client.chat.completions.create({ model: 'm-1', messages, tools })
    const [choice] = first.choices
    expect(choice).toMatchObject({
      message: { content: null, tool_calls: [{ id: 'c1', function: { name: 'lamp', arguments: '{"on":true}' } }] },
      finish_reason: 'tool_calls',
    })
    script = () => say(text('Done.'), end())
    const result = { role: 'tool' as const, tool_call_id: 'c1', content: 'true' }
    await client.chat.completions.create({ model: 'm-1', messages: [...messages, choice!.message, result], tools })
    expect(asked.at(-1)?.messages.slice(1)).toEqual([
      { role: 'assistant', text: '', toolCalls: [{ id: 'c1', name: 'lamp', arguments: '{"on":true}' }] },
      { role: 'tool', callId: 'c1', text: 'true' },
    ])
  })

  test('takes what clients send: parts of text, developers, sampling, stops', async () => {
    await client.chat.completions.create({
      model: 'm-1',
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hello, ' },
            { type: 'text', text: 'you.' },
          ],
        },
      ],
      temperature: 0.5,
      top_p: 0.9,
      max_completion_tokens: 100,
      stop: 'END',
    })
    expect(asked[0]).toMatchObject({
      messages: [
        { role: 'system', text: 'Be brief.' },
        { role: 'user', text: 'Hello, you.' },
      ],
      sampling: { temperature: 0.5, topP: 0.9, maxTokens: 100, stop: ['END'] },
    })
  })
})

describe('a stream', () => {
  test('has the pieces, one id, and usage when it is asked for', async () => {
    const stream = await client.chat.completions.create({
      model: 'm-1',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    })
    const chunks = await Array.fromAsync(stream)
    expect(chunks.map(({ choices }) => choices[0]?.delta.content).join('')).toBe('Hi there.')
    expect(new Set(chunks.map(({ id, created, object }) => `${id} ${created} ${object}`)).size).toBe(1)
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop')
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 18 } })
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true)
  })

  test('comes as it is made', async () => {
    const gate = Promise.withResolvers<void>()
    script = async function* () {
      yield* [started, text('Once')]
      await gate.promise
      yield* [text(' upon'), end()]
    }
    const stream = await client.chat.completions.create({ model: 'm-1', messages, stream: true })
    let told = ''
    for await (const { choices } of stream) {
      told += choices[0]?.delta.content ?? ''
      if (told === 'Once') gate.resolve()
    }
    expect(told).toBe('Once upon')
  })

  test('that the client leaves stops the model', async () => {
    const stopped = Promise.withResolvers<void>()
    script = async function* (_input, signal) {
      signal.addEventListener('abort', () => stopped.resolve())
      yield* [started, text('Once')]
      await stopped.promise
    }
    const stream = await client.chat.completions.create({ model: 'm-1', messages, stream: true })
    for await (const { choices } of stream) if (choices[0]?.delta.content === 'Once') break
    await stopped.promise
  })

  test('that breaks says so', async () => {
    script = async function* () {
      yield* [started, text('Once')]
      throw new Problem('provider-failed', 'The language model broke off its answer')
    }
    const stream = await client.chat.completions.create({ model: 'm-1', messages, stream: true })
    await expect(Array.fromAsync(stream)).rejects.toThrow('broke off')
  })
})

describe('a refusal', () => {
  test('before the first piece has its status', async () => {
    script = () => {
      throw new Problem('not-found', 'There is no model "gpt-17"')
    }
    const call = client.chat.completions.create({ model: 'gpt-17', messages, stream: true })
    await expect(call).rejects.toMatchObject({ status: 404, code: 'model_not_found', type: 'invalid_request_error' })
  })

  test.each([
    [
      'an image that is none',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
      'messages',
    ],
    ['two choices', { n: 2 }, 'n'],
    ['a forced tool', { tool_choice: 'required' }, 'tool_choice'],
    [
      'a schema without a name',
      { response_format: { type: 'json_schema', json_schema: {} } },
      'response_format.json_schema.name',
    ],
    ['old functions', { functions: [{ name: 'lamp' }] }, 'functions'],
    ['a bias', { logit_bias: { '50256': -100 } }, 'logit_bias'],
    ['a penalty', { presence_penalty: 1 }, 'presence_penalty'],
    ['no message', { messages: [] }, 'messages'],
  ])('of %s names the parameter, and asks no model', async (_what, extra, param) => {
    const call = client.chat.completions.create({ model: 'm-1', messages, ...extra } as never)
    await expect(call).rejects.toMatchObject({ status: 400, param: expect.stringMatching(`^${param}`) as string })
    expect(asked).toEqual([])
  })
})

test('the older path is the same', async () => {
  const { token } = edge.logIn()
  const response = await edge.call('/chat/completions', { token, body: { messages } })
  expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'Hi there.' } }] })
})
