import { chat, type RoomQuestion, type RoomReplyPart, type RoomRun, type Spoken } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDeltaServer, toolCall, words, type DeltaServer, type FakeAnswer } from './delta-server.ts'
import { openChat, type ChatFixture } from './fixture.ts'

let model: DeltaServer
let service: ChatFixture
beforeAll(async () => {
  model = await startDeltaServer()
  service = await openChat({ LLM_BASE_URL: model.baseUrl, LLM_MODEL: 'fake-1', LLM_API_KEY: 'key-1', LLM_RETRIES: '0' })
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await model[Symbol.asyncDispose]()
})

const answers = (...all: FakeAnswer[]) => model.answerWith((_, index) => all[Math.min(index, all.length - 1)] ?? {})
/** A run of an agent in somebody's room. */
function newRun() {
  const owner = newPerson()
  return { owner, run: { roomId: `room_${owner.userId}`, taskId: `task_${newId()}`, ownerId: owner.userId } }
}
type Run = ReturnType<typeof newRun>
const ask = async (run: RoomRun, question: Omit<RoomQuestion, 'turnId' | 'run'> & { turnId?: string }) => {
  const parts: RoomReplyPart[] = []
  for await (const part of service.bus.stream(chat.replyInRoom, { turnId: newId(), run, ...question })) parts.push(part)
  return parts
}
const hear = (run: Run['run'], spoken: Omit<Spoken, 'run' | 'interrupted'> & { interrupted?: boolean }) =>
  service.bus.request(chat.recordSpoken, { run, interrupted: false, ...spoken })
const conversationsOf = ({ owner }: Run) =>
  callAs(owner, async () => (await service.bus.request(chat.listConversations, { limit: 10 })).conversations)
const messagesOf = ({ owner }: Run, conversationId = '') =>
  callAs(owner, async () => (await service.bus.request(chat.readConversation, { conversationId, limit: 50 })).messages)
const told = () => model.requests.at(-1)?.body.messages ?? []

describe('a room', () => {
  test('has a conversation of its owner’s, in which each question knows what was said before', async () => {
    const call = newRun()
    answers({ deltas: words('It is', ' noon.') })
    const parts = await ask(call.run, { text: 'What time is it?' })
    expect(parts).toEqual([
      { type: 'started', conversationId: expect.any(String), provider: 'openai' },
      { type: 'text-delta', text: 'It is' },
      { type: 'text-delta', text: ' noon.' },
      { type: 'finished', reason: 'stop', usage: { inputTokens: 11, outputTokens: 7 } },
    ])
    await ask(call.run, { text: 'And now?', instructions: 'Whisper.' })
    expect(told().slice(1)).toEqual([
      { role: 'user', content: 'What time is it?' },
      { role: 'assistant', content: 'It is noon.' },
      { role: 'user', content: 'And now?' },
    ])
    expect(told()[0]?.['content']).toContain('Whisper.')

    const [conversation, ...more] = await conversationsOf(call)
    expect(more).toEqual([])
    expect(conversation).toMatchObject({ roomId: call.run.roomId, preview: 'It is noon.' })
    expect(conversation?.deviceId).toBeUndefined()
    expect(await messagesOf(call, conversation?.conversationId)).toMatchObject([
      { role: 'user', text: 'What time is it?' },
      { role: 'assistant', text: 'It is noon.' },
      { role: 'user', text: 'And now?' },
      { role: 'assistant', text: 'It is noon.' },
    ])
  })

  test('that is closed is not gone on with: the next run begins another conversation', async () => {
    const call = newRun()
    answers({ deltas: words('Yes.') })
    await ask(call.run, { text: 'Remember blue.' })
    expect(await service.bus.request(chat.closeRoom, { taskId: call.run.taskId })).toEqual({ closed: true })
    expect(await service.bus.request(chat.closeRoom, { taskId: call.run.taskId })).toEqual({ closed: false })
    await ask({ ...call.run, taskId: `task_${newId()}` }, { text: 'Which colour?' })
    expect(told().slice(1)).toEqual([{ role: 'user', content: 'Which colour?' }])
    expect(await conversationsOf(call)).toHaveLength(2)
  })

  test('that nobody owns remembers as well, and is in nobody’s list', async () => {
    const { run } = newRun()
    const { ownerId: _, ...nobodys } = run
    answers({ deltas: words('Yes.') })
    await ask(nobodys, { text: 'One.' })
    await ask(nobodys, { text: 'Two.' })
    expect(told()).toHaveLength(4)
  })

  test('asked again in the same turn, it answers the better words and keeps only those', async () => {
    const call = newRun()
    const turnId = newId()
    answers({ deltas: words('Hm.') }, { deltas: words('Seven.') })
    await ask(call.run, { turnId, text: 'How many' })
    await ask(call.run, { turnId, text: 'How many dwarfs are there?' })
    expect(told().slice(1)).toEqual([{ role: 'user', content: 'How many dwarfs are there?' }])
    const [conversation] = await conversationsOf(call)
    expect(await messagesOf(call, conversation?.conversationId)).toMatchObject([
      { role: 'user', text: 'How many dwarfs are there?' },
      { role: 'assistant', text: 'Seven.' },
    ])
  })

  test('whose caller leaves closes the question to the model', async () => {
    const { run } = newRun()
    answers({ deltas: words('Once'), then: 'stall' })
    const leaving = new AbortController()
    const stream = service.bus.stream(
      chat.replyInRoom,
      { turnId: newId(), run, text: 'A story' },
      { signal: leaving.signal },
    )
    await stream.next()
    await stream.next()
    leaving.abort()
    await expect(stream.next()).rejects.toThrow('aborted')
    await model.requests.at(-1)?.aborted
  })
})

describe('tools of the room', () => {
  const weather = { name: 'get weather', description: 'The weather', inputSchema: { type: 'object' } }

  test('are called by the caller, and the answer goes on with what they gave', async () => {
    const call = newRun()
    const turnId = newId()
    answers(
      {
        deltas: [...words('Let me see.'), ...toolCall('get_weather', ['{"city":', '"Oslo"}'])],
        finishReason: 'tool_calls',
      },
      { deltas: words('It rains.') },
    )
    const text = 'The weather in Oslo?'
    const first = await ask(call.run, { turnId, text, tools: [weather] })
    const made = { id: 'call_1', name: 'get weather', arguments: '{"city":"Oslo"}' }
    expect(first.slice(1)).toMatchObject([
      { type: 'text-delta', text: 'Let me see.' },
      { type: 'tool-call', ...made },
      { type: 'finished', reason: 'tool-calls' },
    ])
    await ask(call.run, {
      turnId,
      text,
      tools: [weather],
      exchange: [
        { role: 'assistant', text: 'Let me see.', toolCalls: [{ ...made, name: 'get_weather' }] },
        { role: 'tool', callId: 'call_1', text: 'rain' },
      ],
    })
    expect(
      told()
        .slice(1)
        .map(({ role }) => role),
    ).toEqual(['user', 'assistant', 'tool'])
    const [conversation] = await conversationsOf(call)
    expect(await messagesOf(call, conversation?.conversationId)).toMatchObject([
      { role: 'user', text },
      { role: 'assistant', text: 'Let me see. It rains.' },
    ])
  })
})

describe('what was spoken', () => {
  test('replaces what was generated, before it is stored and after', async () => {
    const call = newRun()
    const turnId = newId()
    await hear(call.run, { turnId, role: 'user', text: 'A story' })
    await hear(call.run, { turnId, role: 'assistant', text: 'Once upon', interrupted: true })
    answers({ deltas: words('Once upon a time there was a fox.') })
    await ask(call.run, { turnId, text: 'A story' })
    await ask(call.run, { text: 'Go on' })
    expect(told().slice(1)).toEqual([
      { role: 'user', content: 'A story' },
      { role: 'assistant', content: 'Once upon' },
      { role: 'user', content: 'Go on' },
    ])
  })

  test('is a conversation by itself where another model answers', async () => {
    const call = newRun()
    const turnId = newId()
    const { conversationId } = await hear(call.run, { turnId, role: 'user', text: 'Hello' })
    await hear(call.run, { turnId, role: 'assistant', text: 'Good' })
    await hear(call.run, { turnId, role: 'assistant', text: 'Good morning.' })
    expect(await messagesOf(call, conversationId)).toMatchObject([
      { role: 'user', text: 'Hello' },
      { role: 'assistant', text: 'Good morning.', interrupted: false },
    ])
  })

  test('last of all belongs to its turn, although the run is over', async () => {
    const call = newRun()
    const turnId = newId()
    const { conversationId } = await hear(call.run, { turnId, role: 'user', text: 'Bye' })
    await service.bus.request(chat.closeRoom, { taskId: call.run.taskId })
    expect(await hear(call.run, { turnId, role: 'assistant', text: 'Bye bye.' })).toEqual({ conversationId })
    expect(await conversationsOf(call)).toHaveLength(1)
  })
})
