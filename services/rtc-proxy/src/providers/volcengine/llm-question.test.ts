import { describe, expect, test } from 'vitest'
import { readLlmQuestion } from './llm-question.ts'

const user = (content: unknown) => ({ role: 'user', content })

test('the last words of the user are the question; what was said before is known better here', () => {
  const messages = [
    { role: 'system', content: 'Be kind.' },
    { role: 'system', content: 'Be brief.' },
    user('one'),
    { role: 'assistant', content: 'two' },
    user(' three '),
  ]
  const body = { messages, stream: true, model: 'm', temperature: 0.1, max_tokens: 1_024, maxTokens: 1, round_id: 3 }
  expect(readLlmQuestion(body)).toEqual({
    model: 'm',
    text: 'three',
    round: '3',
    instructions: 'Be kind.\n\nBe brief.',
    exchange: [],
  })
})

test('parts of a message are put together, as far as they are text', () => {
  const content = [
    { type: 'text', text: 'What is' },
    { type: 'image_url', image_url: { url: 'https://example.com/a.jpg' } },
    { type: 'text', text: 'this?' },
  ]
  expect(readLlmQuestion({ messages: [user(content)] })).toMatchObject({ text: 'What is\nthis?', model: 'parley' })
})

test('functions, what was called, and what it gave', () => {
  const call = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{}' } }
  const tool = { type: 'function', function: { name: 'weather', description: 'd', parameters: { type: 'object' } } }
  const messages = [
    user('Rain?'),
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'c1', content: 'yes' },
    { role: 'tool', content: 'of no call' },
  ]
  expect(readLlmQuestion({ messages, tools: [tool], parallel_tool_calls: true })).toMatchObject({
    text: 'Rain?',
    tools: [{ name: 'weather', description: 'd', inputSchema: { type: 'object' } }],
    exchange: [
      { role: 'assistant', text: '', toolCalls: [{ id: 'c1', name: 'weather', arguments: '{}' }] },
      { role: 'tool', callId: 'c1', text: 'yes' },
    ],
  })
})

test.each<[string, object]>([
  ['as text', { custom: '{"a":1}' }],
  ['as an object', { custom: { a: 1 } }],
  ['flattened', { a: 1 }],
])('what a scene adds of its own may come %s', (_, more) => {
  expect(readLlmQuestion({ messages: [user('hi')], ...more }).text).toBe('hi')
})

describe('what is no question is refused', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['no messages', { messages: [] }],
    ['nobody asking', { messages: [{ role: 'system', content: 'x' }] }],
    ['no words', { messages: [user(' ')] }],
    ['a picture alone', { messages: [user([{ type: 'image_url' }])] }],
    ['a role that is none', { messages: [{ role: 'robot', content: 'x' }] }],
  ])('%s', (_, body) => {
    expect(() => readLlmQuestion(body)).toThrow(expect.objectContaining({ code: 'bad-request' }) as Error)
  })
})
