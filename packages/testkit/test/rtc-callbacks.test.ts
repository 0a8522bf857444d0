import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createLlmAnswerReader,
  createLlmCaller,
  createMessageSender,
  sendConsoleEvent,
  writeTlv,
  type RunningTask,
} from '../src/rtc-fake/index.ts'

let server: Server
let url: string
let answer: RequestListener
const received: { headers: IncomingMessage['headers']; path: string; body: Record<string, unknown> }[] = []
beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers, path: request.url ?? '', body: JSON.parse(body) as never })
      answer(request, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

const events = (...data: unknown[]) =>
  data.map((each) => `data: ${typeof each === 'string' ? each : JSON.stringify(each)}\n\n`).join('')
const chunk = (delta: object, reason: string | null = null, more: object = {}) => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: reason }],
  ...more,
})
const streaming =
  (...data: unknown[]): RequestListener =>
  (_request, response) =>
    void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events(...data))

function task(LLMConfig: object, AgentConfig: object = {}): RunningTask {
  const started = { AppId: 'a', RoomId: 'r', TaskId: 't', Config: { LLMConfig }, AgentConfig }
  return { appId: 'a', roomId: 'r', taskId: 't', started, updates: [] }
}

describe('a model of one’s own is asked', () => {
  test('with what was said before, the key, the round, and whatever the task wants to be sent', async () => {
    const caller = createLlmCaller(
      task({
        Mode: 'CustomLLM',
        Url: `${url}/llm?room_id=r`,
        APIKey: 'key',
        ModelName: 'm',
        EnableRoundId: true,
        SystemMessages: ['Be kind.'],
        Custom: '{"a":1}',
        ExtraHeader: { 'x-extra': 'yes' },
        HistoryLength: 1,
      }),
    )
    answer = streaming(
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'One' }),
      chunk({}, 'stop'),
      '[DONE]',
    )
    expect(await caller.ask('first')).toMatchObject({ text: 'One', finishReason: 'stop', toolCalls: [] })
    await caller.ask('second')
    await caller.ask('third')
    expect(received.at(-1)).toMatchObject({
      path: '/llm?room_id=r',
      headers: { authorization: 'Bearer key', 'x-extra': 'yes', 'content-type': 'application/json' },
      body: { stream: true, model: 'm', custom: '{"a":1}', round_id: 2, max_tokens: 1_024 },
    })
    expect(received.at(-1)?.body['messages']).toEqual([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'second' },
      { role: 'assistant', content: 'One' },
      { role: 'user', content: 'third' },
    ])
  })

  test('again with what its functions gave', async () => {
    const caller = createLlmCaller(task({ Mode: 'CustomLLM', Url: url, Tools: [{ type: 'function' }] }))
    const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }
    answer = streaming(chunk({ tool_calls: [call] }), chunk({}, 'tool_calls'), '[DONE]')
    const { toolCalls } = await caller.ask('do it')
    expect(toolCalls).toEqual([{ id: 'call_1', name: 'f', arguments: '{}' }])
    answer = streaming(chunk({ content: 'Done' }), chunk({}, 'stop'), '[DONE]')
    await caller.giveResults({ call_1: 'ok' })
    expect(received.at(-1)?.body).toMatchObject({
      messages: [
        { role: 'user' },
        { role: 'assistant', tool_calls: [{ id: 'call_1' }] },
        { role: 'tool', content: 'ok' },
      ],
      tools: [{ type: 'function' }],
    })
    expect(received.at(-1)?.body['round_id']).toBeUndefined()
  })

  test.each<[what: string, answer: RequestListener, error: RegExp]>([
    ['an error', (_, response) => void response.writeHead(500).end('no'), /answered 500: no/],
    [
      'plain JSON',
      (_, response) => void response.setHeader('content-type', 'application/json').end('{}'),
      /answered app/,
    ],
  ])('and %s is none of its answers', async (_, given, error) => {
    answer = given
    await expect(createLlmCaller(task({ Mode: 'CustomLLM', Url: url })).ask('hello')).rejects.toThrow(error)
  })

  test('only where the task has one', () => {
    expect(() => createLlmCaller(task({ Mode: 'ArkV3' }))).toThrow('a model of the vendor')
  })
})

describe('an answer is not taken', () => {
  test.each<[what: string, stream: string, error: RegExp]>([
    ['without [DONE]', events(chunk({ content: 'x' }), chunk({}, 'stop')), /without \[DONE\]/],
    ['without a reason', events(chunk({ content: 'x' }), '[DONE]'), /no reason/],
    ['of another object', events({ ...chunk({}), object: 'chat.completion' }, '[DONE]'), /no chunk/],
    ['with two ids', events(chunk({}), { ...chunk({}), id: 'c2' }, '[DONE]'), /two ids/],
    ['with two times', events(chunk({}), { ...chunk({}), created: 2 }, '[DONE]'), /two ids/],
    ['that goes on after its reason', events(chunk({}, 'stop'), chunk({ content: 'x' }), '[DONE]'), /after the reason/],
    ['that goes on after its end', events(chunk({}, 'stop'), '[DONE]', chunk({})), /after \[DONE\]/],
    ['with comments', ': still here\n\n', /no event/],
    ['with a reason that is none', events(chunk({}, 'done'), '[DONE]'), /no chunk/],
  ])('%s', (_, stream, error) => {
    expect(() => {
      const reader = createLlmAnswerReader()
      reader.take(stream)
      reader.end()
    }).toThrow(error)
  })

  test('but in whatever pieces', () => {
    const pieces: string[] = []
    const reader = createLlmAnswerReader((piece) => pieces.push(piece))
    for (const letter of events(chunk({ content: 'a' }), chunk({ content: 'b' }), chunk({}, 'length'), '[DONE]'))
      reader.take(letter)
    expect(reader.end()).toMatchObject({ text: 'ab', finishReason: 'length' })
    expect(pieces).toEqual(['a', 'b'])
  })
})

describe('a server is told', () => {
  test('the messages of a task, with its signature and without a type', async () => {
    answer = (_, response) => void response.end()
    const agent = { ServerMessageURLForRTS: `${url}/rts?k=1`, ServerMessageSignatureForRTS: 'sig', TargetUserId: ['u'] }
    const sender = createMessageSender(task({}, agent))
    expect(await sender.state(4, 2)).toBe(200)
    const { headers, body, path } = received.at(-1) ?? {}
    expect(headers?.['content-type']).toBeUndefined()
    expect([path, body?.['signature']]).toEqual(['/rts?k=1', 'sig'])
    const message = Buffer.from(String(body?.['message']), 'base64')
    expect(message.subarray(0, 4).toString()).toBe('conv')
    expect(JSON.parse(message.subarray(8).toString())).toMatchObject({ UserID: 'u', RoundID: 2, Stage: { Code: 4 } })
    expect(() => createMessageSender(task({}))).toThrow('names no server')
  })

  test('events of the console, signed', async () => {
    answer = (_, response) => void response.writeHead(401).end()
    const about = { appId: 'a', roomId: 'r', taskId: 't' }
    expect(await sendConsoleEvent({ url, secret: 's', task: about, data: { RunStage: 'taskStop' } })).toBe(401)
    expect(received.at(-1)?.body).toMatchObject({
      EventType: 'VoiceChat',
      Signature: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })
})

test.each([
  [
    'conv',
    {
      TaskId: 'task1',
      UserID: 'user1',
      RoundID: 0,
      EventTime: 1_611_736_812_853,
      Stage: { Code: 3, Description: 'answering' },
    },
    Buffer.from(
      'Y29udgAAAHZ7IlRhc2tJZCI6InRhc2sxIiwiVXNlcklEIjoidXNlcjEiLCJSb3VuZElEIjowLCJFdmVudFRpbWUiOjE2MTE3MzY4MTI4NTMsIlN0YWdlIjp7IkNvZGUiOjMsIkRlc2NyaXB0aW9uIjoiYW5zd2VyaW5nIn19',
      'base64',
    ).toString('hex'),
  ],
  [
    'ctrl',
    { Command: 'interrupt', InterruptMode: 0, Message: '' },
    '6374726c000000367b22436f6d6d616e64223a22696e74657272757074222c22496e746572727570744d6f6465223a302c224d657373616765223a22227d',
  ],
  [
    'func',
    { ToolCallID: 'call_cx', Content: '上海天气是台风' },
    '66756e630000003a7b22546f6f6c43616c6c4944223a2263616c6c5f6378222c22436f6e74656e74223a22e4b88ae6b5b7e5a4a9e6b094e698afe58fb0e9a38e227d',
  ],
])('the vendor’s sample of %s', (magic, value, hex) => {
  expect(writeTlv(magic, value).toString('hex')).toBe(hex)
})
