import { chat, device, type AgentSettings, type ToolCall } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startDeltaServer, toolCall, words, type DeltaServer, type FakeAnswer } from './delta-server.ts'
import { collect, newDevice, openChat, textOf, type ChatFixture } from './fixture.ts'

const tools = [
  { name: 'self.lamp.turn_on', description: 'Turns the lamp on', inputSchema: {} },
  { name: 'self.audio_speaker.set_volume', description: 'Sets the volume', inputSchema: {} },
]
const person = newPerson()
let model: DeltaServer
let service: ChatFixture
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  model = stack.use(await startDeltaServer())
  service = stack.use(
    await openChat({
      LLM_PROVIDERS: 'openai',
      LLM_BASE_URL: model.baseUrl,
      LLM_MODEL: 'main-1',
      LLM_RETRIES: '0',
      INTENT_MODEL: 'small-1',
    }),
  )
})
afterAll(() => stack.disposeAsync())
beforeEach(() => {
  model.requests.length = 0
})

/** What the small model answers, and then the main one. */
function answerWith(small: FakeAnswer | string, main = 'The lamp is on.') {
  const answer = typeof small === 'string' ? { deltas: words(small) } : small
  model.answerWith(({ body }) => (body.model === 'small-1' ? answer : { deltas: words(main) }))
}

const asked = () => model.requests.map(({ body }) => body.model)
const offeredTo = (name: string) => model.requests.find(({ body }) => body.model === name)?.body.tools

/** Something said to a device of somebody's agent, and what was done on the device. */
async function say(text: string, agent: Partial<AgentSettings>) {
  const { agentId } = await callAs(person, () =>
    service.bus.request(chat.createAgent, { name: 'Bo', prompt: 'Be Bo.', ...agent }),
  )
  const deviceId = newDevice()
  const calls: ToolCall[] = []
  const answer = (call: ToolCall) => {
    calls.push(call)
    return { text: 'true', failed: false }
  }
  await using _device = service.bus.handle(device.call, answer, { tokens: { deviceId } })
  await service.bus.flush()
  const parts = await collect(service.reply({ deviceId, ownerId: person.userId, agentId, text, tools }))
  return { said: textOf(parts), calls, parts }
}

describe('with a model that picks', () => {
  test('it is asked for JSON with the tools, the tool runs, and the main model answers without tools', async () => {
    answerWith('```json\n{"tool": "self_lamp_turn_on", "arguments": {}}\n```')
    const { said, calls, parts } = await say('could you make some light over there', { intent: 'model' })
    expect(said).toBe('The lamp is on.')
    expect(calls).toEqual([{ name: 'self.lamp.turn_on', arguments: {} }])
    expect(parts.map(({ type }) => type)).toEqual(['started', 'tool-start', 'tool-end', 'text-delta', 'finished'])

    const [small, main] = model.requests.map(({ body }) => body)
    expect(small).toMatchObject({ model: 'small-1', response_format: { type: 'json_object' }, temperature: 0 })
    expect(small?.tools).toBeUndefined()
    expect(small?.messages).toEqual([
      { role: 'system', content: expect.stringContaining('"name":"self_lamp_turn_on"') as string },
      { role: 'user', content: 'could you make some light over there' },
    ])
    expect(main).toMatchObject({ model: 'main-1' })
    expect(main?.tools).toBeUndefined()
    expect(main?.messages.slice(1)).toEqual([
      { role: 'user', content: 'could you make some light over there' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'picked_1', type: 'function', function: { name: 'self_lamp_turn_on', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'picked_1', content: 'true' },
    ])
  })

  test.each<[what: string, small: FakeAnswer | string]>([
    ['picks nothing', '{"tool": null}'],
    ['picks a tool that there is not', '{"tool": "rocket_launch", "arguments": {}}'],
    ['writes no JSON', 'I think you want the lamp.'],
    ['fails', { status: 500 }],
  ])('that %s: the main model answers, no tool runs', async (_, small) => {
    answerWith(small, 'Hello.')
    const { said, calls } = await say('how do you like lamps', { intent: 'model' })
    expect([said, calls, offeredTo('main-1')]).toEqual(['Hello.', [], undefined])
    expect(asked().at(-1)).toBe('main-1')
  })

  test('that no tool is allowed to: it is not asked', async () => {
    answerWith('{"tool": null}', 'Hello.')
    await say('how do you like lamps', { intent: 'model', tools: { allow: [] } })
    expect(asked()).toEqual(['main-1'])
  })
})

test('by function calling the main model has the tools, and picks itself', async () => {
  model.answerWith((_request, index) =>
    index === 0
      ? { deltas: toolCall('self_lamp_turn_on', ['{}']), finishReason: 'tool_calls' }
      : { deltas: words('Done.') },
  )
  const { said, calls } = await say('could you make some light over there', { intent: 'tools' })
  expect([said, calls.length, asked()]).toEqual(['Done.', 1, ['main-1', 'main-1']])
  expect(offeredTo('main-1')?.length).toBeGreaterThan(2)
  // None of them brings anything in from outside.
  expect(model.requests[0]?.body.messages[0]?.['content']).not.toContain('outside-content')
})

test('a model that takes leave and ends the conversation in one breath is not asked again', async () => {
  model.answerWith(() => ({
    deltas: [...words('Bye now.'), ...toolCall('end_conversation', ['{}'])],
    finishReason: 'tool_calls',
  }))
  const { said, parts } = await say('I am off then', {})
  expect([said, asked()]).toEqual(['Bye now.', ['main-1']])
  expect(parts.at(-1)).toMatchObject({ type: 'finished', reason: 'stop', endsConversation: true })
})

test('without intent no tool is offered, and no command is carried out', async () => {
  answerWith('', 'I cannot.')
  const { said, calls } = await say('turn on the light', { intent: 'none' })
  expect([said, calls, asked(), offeredTo('main-1')]).toEqual(['I cannot.', [], ['main-1'], undefined])
})

describe.each(['tools', 'model'] as const)('an exact command, with intent by %s', (intent) => {
  test.each<[text: string, said: RegExp, calls: ToolCall[]]>([
    ['Turn on the light!', /^The light is on\.$/, [{ name: 'self.lamp.turn_on', arguments: {} }]],
    ['把音量调到五十', /^音量是百分之50。$/, [{ name: 'self.audio_speaker.set_volume', arguments: { volume: 50 } }]],
    ['What time is it?', /^It is \d{1,2}:\d\d/, []],
    ['stop', /^All right\.$/, []],
  ])('%j is carried out without a model', async (text, said, calls) => {
    const made = await say(text, { intent })
    expect(made.said).toMatch(said)
    expect(made.calls).toEqual(calls)
    expect(asked()).toEqual([])
  })

  test('whose tool the agent may not use is for the model', async () => {
    answerWith('{"tool": null}', 'I may not.')
    expect((await say('Turn on the light!', { intent, tools: { allow: ['get_time'] } })).said).toBe('I may not.')
  })
})

test('an answer by command is stored like any other', async () => {
  const deviceId = newDevice()
  const turnId = newId()
  await collect(service.reply({ deviceId, turnId, text: 'stop', tools }))
  expect(await service.history(deviceId)).toMatchObject([{ text: 'stop' }, { text: 'All right.' }])
  expect(
    await service.query(`SELECT provider FROM messages WHERE turn_id = '${turnId}' AND role = 'assistant'`),
  ).toEqual([{ provider: 'commands' }])
})
