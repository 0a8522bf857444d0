import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LanguageModel, ModelMessage, ModelPart } from '../src/domain/language-model.ts'
import { createOpenAi, type OpenAiSettings } from '../src/providers/openai/openai.ts'
import { startDeltaServer, toolCall, words, type FakeAnswer, type DeltaServer } from './delta-server.ts'

let fake: DeltaServer
beforeAll(async () => {
  fake = await startDeltaServer()
})
afterAll(() => fake[Symbol.asyncDispose]())

function connect(settings: Partial<OpenAiSettings> = {}): LanguageModel {
  const timeouts = { firstTokenTimeoutMs: 1_000, idleTimeoutMs: 1_000, totalTimeoutMs: 5_000, retries: 2, backoffMs: 1 }
  return createOpenAi({
    name: 'openai',
    baseUrl: fake.baseUrl,
    apiKey: 'key-1',
    model: 'fake-1',
    ...timeouts,
    ...settings,
  })
}

const question: ModelMessage[] = [{ role: 'user', text: 'hello' }]

async function ask(
  model: LanguageModel,
  messages = question,
  signal = new AbortController().signal,
): Promise<ModelPart[]> {
  const parts: ModelPart[] = []
  for await (const part of model.stream(
    { messages, tools: [], sampling: { temperature: 0.3, maxTokens: 50 } },
    { signal },
  ))
    parts.push(part)
  return parts
}
const textOf = (parts: ModelPart[]) => parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('')

/** Answers one after the other, the last one from then on. */
function script(...answers: FakeAnswer[]): { readonly asked: number } {
  const before = fake.requests.length
  fake.answerWith((_, index) => answers[Math.min(index, answers.length - 1)] ?? {})
  return {
    get asked() {
      return fake.requests.length - before
    },
  }
}

test('asks as the protocol says and reads text, end and usage', async () => {
  script({ deltas: words('Hello', ' there.') })
  expect(await ask(connect())).toEqual([
    { type: 'answering', provider: 'openai', model: 'fake-1' },
    { type: 'text-delta', text: 'Hello' },
    { type: 'text-delta', text: ' there.' },
    { type: 'finished', reason: 'stop', usage: { inputTokens: 11, outputTokens: 7 } },
  ])
  const { body, headers } = fake.requests.at(-1) ?? {}
  expect(headers?.authorization).toBe('Bearer key-1')
  expect(body).toEqual({
    model: 'fake-1',
    messages: [{ role: 'user', content: 'hello' }],
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0.3,
    max_tokens: 50,
  })
})

test('thinking is not text, and goes back only beside tool calls', async () => {
  const deltas = [
    { reasoning_content: 'Let me see.' },
    ...words('<th', 'ink>hm</thi', 'nk>\n\nHi', '.'),
    ...toolCall('f', ['{}']),
  ]
  script({ deltas, finishReason: 'tool_calls' })
  const parts = await ask(connect())
  expect(textOf(parts)).toBe('Hi.')
  expect(parts.at(-1)).toMatchObject({ reason: 'tool-calls', reasoning: 'Let me see.' })

  script({ deltas: words('Done.') })
  await ask(connect(), [
    ...question,
    {
      role: 'assistant',
      text: '',
      toolCalls: [{ id: 'c', name: 'f', arguments: '{"broken' }],
      reasoning: 'Let me see.',
    },
    { role: 'tool', callId: 'c', text: 'Error', failed: true },
  ])
  expect(fake.requests.at(-1)?.body.messages.slice(1)).toEqual([
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      reasoning_content: 'Let me see.',
    },
    { role: 'tool', tool_call_id: 'c', content: 'Error' },
  ])
})

test('tool calls are put together from their pieces', async () => {
  const sameIndex = [
    ...toolCall('a', ['{"x"', ':1}'], 'id-a', 0),
    ...toolCall('b', ['{}'], 'id-b', 0),
    ...toolCall('c', [''], 'id-c', 1),
  ]
  script({ deltas: sameIndex, finishReason: 'tool_calls' })
  expect((await ask(connect())).filter((part) => part.type === 'tool-call')).toEqual([
    { type: 'tool-call', id: 'id-a', name: 'a', arguments: '{"x":1}' },
    { type: 'tool-call', id: 'id-b', name: 'b', arguments: '{}' },
    { type: 'tool-call', id: 'id-c', name: 'c', arguments: '' },
  ])
})

test.each([
  ['length', 'length'],
  ['content_filter', 'content-filter'],
])('finish_reason %s', async (finishReason, reason) => {
  script({ deltas: words('Hi'), finishReason })
  expect((await ask(connect())).at(-1)).toMatchObject({ type: 'finished', reason })
})

describe('before the first token', () => {
  test.each<[what: string, answer: FakeAnswer]>([
    ['429', { status: 429 }],
    ['503', { status: 503, headers: { 'retry-after': '0' } }],
    ['a broken connection', { then: 'disconnect' }],
  ])('%s is asked again', async (_, answer) => {
    const asking = script(answer, answer, { deltas: words('Hello.') })
    expect(textOf(await ask(connect()))).toBe('Hello.')
    expect(asking.asked).toBe(3)
  })

  test('no more often than configured', async () => {
    const asking = script({ status: 500 })
    await expect(ask(connect({ retries: 1 }))).rejects.toMatchObject({ code: 'provider-failed' })
    expect(asking.asked).toBe(2)
  })

  test.each([400, 401, 403, 404])('%i is refused at once, without the key in the words', async (status) => {
    const asking = script({ status })
    const error: unknown = await ask(connect()).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'provider-rejected',
      detail: `The language model refused the request (${status})`,
    })
    expect(asking.asked).toBe(1)
  })

  test('keep-alive comments and empty deltas are no first token', async () => {
    const asking = script({ then: 'stall' })
    const error: unknown = await ask(connect({ firstTokenTimeoutMs: 120 })).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'timeout', detail: 'The language model gave no first token within 120 ms' })
    expect(asking.asked).toBe(1)
    await fake.requests.at(-1)?.aborted
  })

  test('nobody listening at the address', async () => {
    await expect(ask(connect({ baseUrl: 'http://127.0.0.1:9/v1' }))).rejects.toMatchObject({ code: 'provider-failed' })
  })
})

describe('after the first token', () => {
  test.each<[then: FakeAnswer['then'], code: string]>([
    ['disconnect', 'provider-failed'],
    ['end-early', 'provider-failed'],
    ['error-event', 'provider-failed'],
    ['stall', 'timeout'],
  ])('%s fails without asking again', async (then, code) => {
    const asking = script({ deltas: words('Once'), then })
    await expect(ask(connect({ idleTimeoutMs: 100 }))).rejects.toMatchObject({ code })
    expect(asking.asked).toBe(1)
  })

  test('a reader that takes its time is no idle model', async () => {
    script({ deltas: words('One', ' two', ' three.') })
    let text = ''
    const request = { messages: question, tools: [], sampling: {} }
    for await (const part of connect({ idleTimeoutMs: 150 }).stream(request, {
      signal: new AbortController().signal,
    })) {
      if (part.type !== 'text-delta') continue
      text += part.text
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    expect(text).toBe('One two three.')
  })

  test('an abort closes the connection upstream within 100 ms', async () => {
    script({ deltas: words('Once'), then: 'stall' })
    const controller = new AbortController()
    let abortedAt = Number.NaN
    const running = (async () => {
      const request = { messages: question, tools: [], sampling: {} }
      for await (const part of connect().stream(request, { signal: controller.signal })) {
        if (part.type !== 'text-delta') continue
        abortedAt = performance.now()
        controller.abort(new Error('barge-in'))
      }
    })()
    await expect(running).rejects.toThrow('barge-in')
    await fake.requests.at(-1)?.aborted
    expect(performance.now() - abortedAt).toBeLessThan(100)
  })
})
