import {
  app,
  chat,
  Problem,
  type AppUpdate,
  type RoomQuestion,
  type RoomReplyPart,
  type Spoken,
} from '@parley/contracts'
import {
  createLlmCaller,
  createMessageSender,
  sendConsoleEvent,
  writeTlv,
  type RunningTask,
} from '@parley/testkit/rtc-fake'
import { randomUUID as newId } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newPerson, openFixture, parley, secrets, shop, type Fixture } from './fixture.ts'

type Answerer = (question: RoomQuestion, signal: AbortSignal) => AsyncGenerator<RoomReplyPart, void>

const conversationId = newId()
const started: RoomReplyPart = { type: 'started', conversationId, provider: 'stand-in' }
const text = (value: string): RoomReplyPart => ({ type: 'text-delta', text: value })
const finished: RoomReplyPart = { type: 'finished', reason: 'stop', usage: { inputTokens: 3, outputTokens: 2 } }

let fixture: Fixture
let answerer: Answerer
const asked: RoomQuestion[] = []
const spoken: Spoken[] = []
const closed: string[] = []
let ended = 0

beforeAll(async () => {
  fixture = await openFixture({ callbacks: true, scenes: { 'parley.json': parley, 'shop.json': shop } })
  const { bus } = fixture
  bus.handle(chat.replyInRoom, async function* (question, { signal }) {
    asked.push(question)
    try {
      yield* answerer(question, signal)
    } finally {
      ended++
    }
  })
  bus.handle(chat.recordSpoken, (told) => {
    spoken.push(told)
    return { conversationId }
  })
  bus.handle(chat.closeRoom, ({ taskId }) => {
    closed.push(taskId)
    return { closed: true }
  })
  await bus.flush()
})
beforeEach(() => {
  answerer = async function* () {
    yield* [started, text('Hello'), text(' there.'), finished]
  }
})
afterEach(() => {
  for (const list of [asked, spoken, closed]) list.length = 0
})
afterAll(() => fixture[Symbol.asyncDispose]())

/** A voice chat that goes on, as the vendor has it. */
async function begin(sceneId = 'parley') {
  const person = newPerson()
  expect(await fixture.call(person, { action: 'StartVoiceChat', sceneId })).toMatchObject({ Result: 'ok' })
  const task = taskOf(person.userId) as RunningTask
  const stop = () => fixture.call(person, { action: 'StopVoiceChat', sceneId })
  return { person, task, stop, user: person.userId }
}
const taskOf = (userId: string) => fixture.vendor.tasks.find(({ roomId }) => roomId.startsWith(`room_${userId}`))

/** What the apps of somebody are told. */
async function listen(userId: string): Promise<AppUpdate[]> {
  const told: AppUpdate[] = []
  fixture.bus.on(app.update, (update) => void told.push(update), { tokens: { userId } })
  await fixture.bus.flush()
  return told
}

test('what starts an agent has our addresses in it, each with a proof of its own', async () => {
  const { task } = await begin()
  const { AgentConfig, Config } = task.started as unknown as {
    AgentConfig: Record<string, string>
    Config: { LLMConfig: Record<string, string>; FunctionCallingConfig: Record<string, string> }
  }
  const query = `room_id=${task.roomId}&task_id=${task.taskId}`
  expect(Config.LLMConfig).toMatchObject({
    Url: `${fixture.callbackUrl}/chat_callback?${query}`,
    APIKey: expect.stringMatching(/^[\w-]{43}$/),
    EnableRoundId: true,
    Feature: '{"Http":true}',
  })
  expect(AgentConfig).toMatchObject({
    EnableConversationStateCallback: true,
    ServerMessageURLForRTS: expect.stringContaining(`${fixture.callbackUrl}/rtc_callback?${query}&key=`),
    ServerMessageSignatureForRTS: expect.stringMatching(/^[\w-]{43}$/),
  })
  expect(Config.FunctionCallingConfig['ServerMessageUrl']).toBe(AgentConfig['ServerMessageURLForRTS'])
  const [, key = ''] = (AgentConfig['ServerMessageURLForRTS'] ?? '').split('&key=')
  const proofs = [key, AgentConfig['ServerMessageSignatureForRTS'], Config.LLMConfig['APIKey']]
  expect(new Set(proofs).size).toBe(3)
})

describe('the model of a run', () => {
  test('answers as the vendor reads it, in the turn of the round, with what the scene wants it to know', async () => {
    const { task, user } = await begin()
    const answer = await createLlmCaller(task).ask('Good morning')
    expect(answer).toEqual({
      text: 'Hello there.',
      toolCalls: [],
      finishReason: 'stop',
      model: 'parley',
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    })
    expect(asked).toEqual([
      {
        turnId: expect.any(String),
        run: { roomId: task.roomId, taskId: task.taskId, ownerId: user },
        text: 'Good morning',
        instructions: 'Whisper.',
        tools: [{ name: 'weather', description: 'd', inputSchema: { type: 'object' } }],
        exchange: [],
      },
    ])
  })

  test('is asked again in the same turn while the words of a round are recognised', async () => {
    const { task } = await begin()
    const caller = createLlmCaller(task)
    await caller.ask('Good', { round: 0 })
    await caller.ask('Good morning', { round: 0 })
    await caller.ask('And now?', { round: 1 })
    const [one, same, other] = asked.map(({ turnId }) => turnId)
    expect(same).toBe(one)
    expect(other).not.toBe(one)
  })

  test('stops for a question that is overtaken, whether the cloud hangs up or not', async () => {
    const { task } = await begin()
    answerer = async function* ({ text: question }, signal) {
      yield* [started, text(`Re: ${question}`)]
      if (question === 'Good')
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      yield finished
    }
    const caller = createLlmCaller(task)
    const heard = Promise.withResolvers<void>()
    const first = caller.ask('Good', { round: 0, onText: () => heard.resolve() })
    await heard.promise
    const before = ended
    expect((await caller.ask('Good morning', { round: 0 })).text).toBe('Re: Good morning')
    expect(await first).toMatchObject({ text: 'Re: Good', finishReason: 'stop' })
    await expect.poll(() => ended).toBe(before + 2)
  })

  test('stops when the cloud hangs up', async () => {
    const { task } = await begin()
    answerer = async function* (_question, signal) {
      yield* [started, text('Once')]
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    const hangUp = new AbortController()
    const before = ended
    const asking = createLlmCaller(task).ask('A story', { signal: hangUp.signal, onText: () => hangUp.abort() })
    await expect(asking).rejects.toThrow('aborted')
    await expect.poll(() => ended).toBe(before + 1)
  })

  test('has the cloud call functions, and goes on with what they gave', async () => {
    const { task } = await begin()
    answerer = async function* ({ exchange = [] }) {
      yield started
      if (exchange.length > 0) return yield* [text('It rains.'), finished]
      yield* [text('Let me see.'), { type: 'tool-call', id: 'c1', name: 'weather', arguments: '{"city":"Oslo"}' }]
      yield { type: 'finished', reason: 'tool-calls' }
    }
    const caller = createLlmCaller(task)
    const first = await caller.ask('Rain in Oslo?')
    expect(first).toMatchObject({
      text: 'Let me see.',
      finishReason: 'tool_calls',
      toolCalls: [{ id: 'c1', name: 'weather', arguments: '{"city":"Oslo"}' }],
    })
    expect((await caller.giveResults({ c1: 'rain' })).text).toBe('It rains.')
    expect(asked[1]?.exchange).toEqual([
      {
        role: 'assistant',
        text: 'Let me see.',
        toolCalls: [{ id: 'c1', name: 'weather', arguments: '{"city":"Oslo"}' }],
      },
      { role: 'tool', callId: 'c1', text: 'rain' },
    ])
    expect(asked[1]?.turnId).toBe(asked[0]?.turnId)
  })

  test('holds the line at once, however long the model thinks', async () => {
    const { task } = await begin()
    const thinking = Promise.withResolvers<void>()
    answerer = async function* () {
      await thinking.promise
      yield* [started, text('Hm.'), finished]
    }
    const response = await createLlmCaller(task).post({ messages: [{ role: 'user', content: 'Why?' }] })
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const first = Buffer.from((await reader.read()).value ?? []).toString()
    expect(first).toContain('"delta":{"role":"assistant","content":""}')
    thinking.resolve()
    let rest = ''
    for (let part = await reader.read(); !part.done; part = await reader.read())
      rest += Buffer.from(part.value).toString()
    expect(rest.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  test('that fails apologises, and the conversation goes on', async () => {
    const { task } = await begin()
    answerer = async function* () {
      yield started
      throw new Problem('provider-failed', 'The words of a vendor')
    }
    const answer = await createLlmCaller(task).ask('Good morning')
    expect(answer).toMatchObject({ text: 'Sorry, something went wrong. Please try again.', finishReason: 'stop' })
  })

  test('ends for each reason in the vendor’s words', async () => {
    const { task } = await begin()
    const caller = createLlmCaller(task)
    for (const [reason, told] of [
      ['length', 'length'],
      ['content-filter', 'content_filter'],
    ] as const) {
      answerer = async function* () {
        yield* [started, text('x'), { type: 'finished', reason }]
      }
      expect((await caller.ask('x')).finishReason).toBe(told)
    }
  })
})

describe('a question is refused', () => {
  const body = { messages: [{ role: 'user', content: 'hello' }] }

  test.each<[what: string, headers: Record<string, string>]>([
    ['without the key', { authorization: '' }],
    ['with another key', { authorization: 'Bearer x' }],
    ['with the key of another run', {}],
  ])('%s', async (_, headers) => {
    const [one, other] = [await begin(), await begin()]
    const [caller, stranger] = [createLlmCaller(one.task), createLlmCaller(other.task)]
    const { APIKey = '' } = (one.task.started['Config'] as { LLMConfig: { APIKey?: string } }).LLMConfig
    const wrong = Object.keys(headers).length > 0 ? headers : { authorization: `Bearer ${APIKey}` }
    const response = await (headers['authorization'] === undefined ? stranger : caller).post(body, wrong)
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({ Error: { Code: 'unauthorized', Message: expect.any(String) } })
    expect(asked).toEqual([])
  })

  test.each<[what: string, change: (url: string) => string]>([
    ['for another room', (url) => url.replace('room_id=', 'room_id=x')],
    ['for no room', (url) => url.replace(/room_id=[^&]*&/, '')],
    ['for another task', (url) => url.replace('task_id=', 'task_id=x')],
    ['for two tasks', (url) => `${url}&task_id=task_1`],
    ['for no task', (url) => url.replace(/&task_id=.*/, '')],
  ])('%s', async (_, change) => {
    const { task } = await begin()
    const { LLMConfig } = task.started['Config'] as { LLMConfig: { Url: string } }
    LLMConfig.Url = change(LLMConfig.Url)
    expect((await createLlmCaller(task).post(body)).status).toBe(401)
  })

  test('when the run is over', async () => {
    const { task, stop } = await begin()
    await stop()
    expect((await createLlmCaller(task).post(body)).status).toBe(401)
  })

  test.each<[what: string, body: unknown, status: number]>([
    ['that is no JSON', '{', 400],
    ['that is none', { messages: [] }, 400],
    ['that is too large', { messages: [{ role: 'user', content: 'x'.repeat(3_000_000) }] }, 413],
  ])('%s', async (_, wrong, status) => {
    const { task } = await begin()
    const response = await createLlmCaller(task).post(wrong)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ Error: { Code: expect.any(String) } })
  })
})

describe('what the cloud tells of a room', () => {
  const sentence = (words: string, sequence: number, more = {}) => {
    return { text: words, userId: 'ParleyBot', sequence, definite: true, paragraph: false, roundId: 0, ...more }
  }

  test('reaches the apps of its owner, and the conversation', async () => {
    const { task, user } = await begin()
    const told = await listen(user)
    const sender = createMessageSender(task)
    expect(await sender.state(3, 0)).toBe(200)
    expect(await sender.subtitles(sentence('How are', 1, { userId: user, definite: false }))).toBe(200)
    expect(await sender.subtitles(sentence('How are you?', 2, { userId: user, language: 'en', paragraph: true }))).toBe(
      200,
    )
    expect(await sender.subtitles(sentence('Fine.', 3), sentence('And you?', 4, { paragraph: true }))).toBe(200)
    await expect.poll(() => told).toHaveLength(5)
    const where = { roomId: task.roomId, taskId: task.taskId, sceneId: 'parley', roundId: 0 }
    expect(told[0]).toMatchObject({ type: 'conversation_status', ...where, stage: 'speaking', code: 3 })
    expect(told[2]).toEqual({
      type: 'conversation_subtitle',
      ...where,
      speaker: 'user',
      text: 'How are you?',
      language: 'en',
      sequence: 2,
      definite: true,
      paragraph: true,
    })
    expect(told[4]).toMatchObject({ type: 'conversation_subtitle', speaker: 'agent', text: 'And you?' })
    const run = { roomId: task.roomId, taskId: task.taskId, ownerId: user }
    expect(spoken).toEqual([
      { turnId: expect.any(String), run, role: 'user', text: 'How are you?', interrupted: false },
      { turnId: spoken[0]?.turnId, run, role: 'assistant', text: 'Fine.', interrupted: false },
      { turnId: spoken[0]?.turnId, run, role: 'assistant', text: 'Fine. And you?', interrupted: false },
    ])
  })

  test('is of the same turn as the question of its round', async () => {
    const { task } = await begin()
    await createLlmCaller(task).ask('Hello')
    await createMessageSender(task).subtitles(sentence('Hello there.', 1))
    expect(spoken[0]?.turnId).toBe(asked[0]?.turnId)
  })

  test('says where the agent was cut off', async () => {
    const { task } = await begin()
    const sender = createMessageSender(task)
    await sender.subtitles(sentence('Once upon a time.', 1))
    await sender.state(4, 0)
    expect(spoken.at(-1)).toMatchObject({ text: 'Once upon a time.', interrupted: true })
  })

  test('has function calls, which the apps answer', async () => {
    const { task, user } = await begin()
    const told = await listen(user)
    const call = { id: 'c1', name: 'weather', arguments: '{"city":"Oslo"}' }
    expect(await createMessageSender(task).functionCalls(call)).toBe(200)
    const { roomId, taskId } = task
    await expect
      .poll(() => told)
      .toEqual([{ type: 'conversation_function_call', roomId, taskId, sceneId: 'parley', calls: [call] }])
  })

  test('is a conversation where another model answers, too', async () => {
    const { task } = await begin('shop')
    expect(await createMessageSender(task).subtitles(sentence('Hello.', 1))).toBe(200)
    expect(spoken).toMatchObject([{ role: 'assistant', text: 'Hello.' }])
  })

  test('may be of a kind that means nothing here', async () => {
    const { task } = await begin()
    expect(await createMessageSender(task).send(writeTlv('info', { any: 'thing' }))).toBe(200)
  })

  test('may come late: the last words of a run still count', async () => {
    const { task, stop } = await begin()
    const sender = createMessageSender(task)
    await stop()
    expect(await sender.subtitles(sentence('Bye.', 9))).toBe(200)
    expect(spoken).toMatchObject([{ text: 'Bye.' }])
  })

  test.each<[what: string, send: (task: RunningTask) => Promise<number>, status: number]>([
    ['with another signature', (task) => createMessageSender(task).send(writeTlv('conv', {}), 'x'), 401],
    ['with no signature', (task) => createMessageSender(task).send(writeTlv('conv', {}), ''), 401],
    ['that is no message', (task) => createMessageSender(task).send(Buffer.from('conv')), 400],
    ['that is not of its shape', (task) => createMessageSender(task).send(writeTlv('conv', { Stage: 1 })), 400],
    [
      'at an address with another key',
      (task) => {
        const agent = task.started['AgentConfig'] as { ServerMessageURLForRTS: string }
        agent.ServerMessageURLForRTS = agent.ServerMessageURLForRTS.replace('key=', 'key=x')
        return createMessageSender(task).state(1, 0)
      },
      401,
    ],
  ])('is refused %s', async (_, send, status) => {
    const { task, user } = await begin()
    const told = await listen(user)
    expect(await send(task)).toBe(status)
    expect(told).toEqual([])
  })

  test('is refused when it is not JSON', async () => {
    const { task } = await begin()
    const response = await fetch(createMessageSender(task).url, { method: 'POST', body: Buffer.from('{') })
    expect(response.status).toBe(400)
  })
})

describe('events of the console', () => {
  const url = () => `${fixture.callbackUrl}/rtc_callback`
  const secret = secrets.VOLCENGINE_EVENT_SECRET

  test('say that a task is over: its conversation is closed, and the next one starts', async () => {
    const { task, person } = await begin()
    fixture.vendor.endTask(task.taskId)
    const event = { url: url(), secret, task, data: { RunStage: 'taskStop' }, eventId: newId() }
    expect(await sendConsoleEvent(event)).toBe(200)
    expect(await sendConsoleEvent(event)).toBe(200)
    expect(closed).toEqual([task.taskId])
    expect((await createLlmCaller(task).post({ messages: [{ role: 'user', content: 'x' }] })).status).toBe(401)
    const asked = fixture.vendor.calls.length
    expect(await fixture.call(person, { action: 'StartVoiceChat', sceneId: 'parley' })).toMatchObject({ Result: 'ok' })
    expect(fixture.vendor.calls.slice(asked).map(({ action }) => action)).toEqual(['StartVoiceChat'])
  })

  test('of another stage, of a task that is not there or in another room change nothing', async () => {
    const { task } = await begin()
    expect(await sendConsoleEvent({ url: url(), secret, task, data: { RunStage: 'asrFinish' } })).toBe(200)
    const elsewhere = { ...task, roomId: 'room_other' }
    expect(await sendConsoleEvent({ url: url(), secret, task: elsewhere, data: { RunStage: 'taskStop' } })).toBe(200)
    const nowhere = { ...task, taskId: 'task_0' }
    expect(await sendConsoleEvent({ url: url(), secret, task: nowhere, data: { RunStage: 'taskStop' } })).toBe(200)
    expect((await createLlmCaller(task).ask('Still there?')).text).toBe('Hello there.')
  })

  test('tell of errors', async () => {
    const { task } = await begin()
    const data = { EventType: 1, ErrorInfo: { Errorcode: 1_003_001, Reason: 'x' } }
    expect(await sendConsoleEvent({ url: url(), secret, task, data })).toBe(200)
    expect(fixture.log.join('')).toContain('the cloud reports error 1003001')
  })

  test('with a wrong signature are refused', async () => {
    const { task } = await begin()
    expect(await sendConsoleEvent({ url: url(), secret: 'other', task, data: { RunStage: 'taskStop' } })).toBe(401)
  })
})

test.each(['/', '/getScenes', '/proxy?Action=StartVoiceChat', '/metrics', '/chat_callback/more'])(
  'there is nothing else on the port: %s',
  async (path) => {
    expect((await fetch(`${fixture.callbackUrl}${path}`, { method: 'POST' })).status).toBe(404)
  },
)

test('there is nothing to read on it either', async () => {
  for (const path of ['/chat_callback', '/rtc_callback'])
    expect((await fetch(`${fixture.callbackUrl}${path}`)).status).toBe(404)
})

test('a line of the log for each question and each voice chat, without anybody’s words', async () => {
  const { task, stop } = await begin()
  answerer = async function* () {
    yield* [started, text('Words of an agent.'), finished]
  }
  await createLlmCaller(task).ask('Words of a person')
  const said = {
    text: 'Words of a subtitle',
    userId: 'ParleyBot',
    sequence: 1,
    definite: true,
    paragraph: true,
    roundId: 0,
  }
  await createMessageSender(task).subtitles(said)
  await stop()
  const lines = fixture.log.map((line) => JSON.parse(line) as Record<string, unknown>)
  const of = (msg: string) => lines.filter((line) => line['msg'] === msg && line['taskId'] === task.taskId)
  expect(of('rtc question')).toMatchObject([
    { outcome: 'finished', sceneId: 'parley', firstTextMs: expect.any(Number) },
  ])
  expect(of('rtc voice chat')).toMatchObject([
    { reason: 'stopped', questions: 1, messages: 1, guest: false, answered: true, durationMs: expect.any(Number) },
  ])
  expect(fixture.log.join('')).not.toMatch(/Words of an? (person|agent|subtitle)/)
})

test('no log has a proof in it, and the metrics count', async () => {
  const { task } = await begin()
  await createLlmCaller(task).ask('Hello')
  const sender = createMessageSender(task)
  await sender.state(1, 0)
  await sender.send(writeTlv('conv', {}), 'wrong')
  const { LLMConfig } = task.started['Config'] as { LLMConfig: { APIKey: string } }
  const { ServerMessageSignatureForRTS: signature } = task.started['AgentConfig'] as Record<string, string>
  const proofs = [LLMConfig.APIKey, signature, new URL(sender.url).searchParams.get('key')]
  for (const proof of [...proofs, ...Object.values(secrets)]) expect(fixture.log.join('')).not.toContain(proof)
  const metrics = await (await fetch(`http://127.0.0.1:${fixture.app.internalPort}/metrics`)).text()
  expect(metrics).toMatch(/parley_rtc_question_seconds_count\{outcome="finished"\} [1-9]/)
  expect(metrics).toMatch(/parley_rtc_first_text_seconds_count [1-9]/)
  expect(metrics).toMatch(/parley_rtc_messages_total\{kind="state"\} [1-9]/)
  expect(metrics).toMatch(/parley_rtc_callbacks_refused_total\{path="\/rtc_callback",code="unauthorized"\} [1-9]/)
})
