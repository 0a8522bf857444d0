import { Problem, type AppUpdate, type Message, type ReplyPart, type ToolCall } from '@parley/contracts'
import { describe, expect, test } from 'vitest'
import type { LanguageModel, ModelPart, ModelRequest } from './language-model.ts'
import type {
  AssistantMessage,
  Clock,
  ConversationStore,
  DeviceTools,
  Persona,
  ReplyRecord,
  StoredMessage,
  UserMessage,
} from './ports.ts'
import { createReplier, type Question, type ReplyPorts } from './reply.ts'
import { createDeviceToolSource } from './tools/device-tools.ts'
import { createToolbox } from './tools/toolbox.ts'
import { createHooks } from './hooks/turn-hooks.ts'

const deviceId = 'aa:bb:cc:dd:ee:ff'
const turnId = '019aa3c0-0000-7000-8000-0000000000aa'
const conversationId = '019aa3c0-0000-7000-8000-0000000000cc'
const volumeTool = { name: 'self.set_volume', description: '', inputSchema: {} }
const asker = { kind: 'device', deviceId, ownerId: undefined, agentId: undefined } as const
const input: Question = { turnId, asker, text: 'hello', tools: [volumeTool] }

const text = (value: string): ModelPart => ({ type: 'text-delta', text: value })
const call = (args: string, name = 'self_set_volume', id = 'c1'): ModelPart => ({
  type: 'tool-call',
  id,
  name,
  arguments: args,
})
const end = (reason: 'stop' | 'tool-calls' = 'stop'): ModelPart => ({
  type: 'finished',
  reason,
  usage: { inputTokens: 10, outputTokens: 2 },
})
const answering: ModelPart = { type: 'answering', provider: 'scripted', model: 'm' }

/** A model that plays one script a round, the last one again and again. */
function scripted(...rounds: (ModelPart | Error)[][]): LanguageModel & { requests: ModelRequest[] } {
  const requests: ModelRequest[] = []
  async function* stream(request: ModelRequest): AsyncGenerator<ModelPart, void> {
    const script = rounds[Math.min(requests.length, rounds.length - 1)] ?? []
    requests.push(structuredClone(request))
    for (const part of [answering, ...script]) {
      if (part instanceof Error) throw part
      yield part
    }
  }
  return { name: 'scripted', model: 'm', stream, requests }
}

function fixture(
  model: LanguageModel,
  given: {
    history?: StoredMessage[]
    tools?: DeviceTools
    store?: Partial<ConversationStore>
    ownerId?: string
    monotonicMs?: () => number
  } = {},
) {
  const users: UserMessage[] = []
  const assistants: AssistantMessage[] = []
  const records: ReplyRecord[] = []
  const lost: unknown[] = []
  const calls: ToolCall[] = []
  const told: { userId: string; update: AppUpdate }[] = []
  const stored = (role: Message['role'], { id, turnId, text }: UserMessage): Message => {
    return { id, turnId, role, text, interrupted: false, createdAt: '2026-11-20T09:05:00.000Z' }
  }
  const tools: DeviceTools = given.tools ?? {
    call: async (_, made) => {
      calls.push(made)
      return { text: 'done', failed: false }
    },
  }
  const agent: Persona = {
    agentId: 'a1',
    name: 'Parley',
    prompt: 'Be kind.',
    language: undefined,
    voice: { name: 'amy' },
    sampling: {},
    model: undefined,
    tools: {},
    memory: 'none',
    intent: 'tools',
  }
  const conversations: ReplyPorts['conversations'] = {
    open: async () => ({
      id: conversationId,
      ownerId: given.ownerId,
      deviceId,
      agent,
      history: given.history ?? [],
    }),
    saveUserMessage: async (message) => {
      users.push(message)
      return stored('user', message)
    },
    saveAssistantMessage: async (message) => {
      assistants.push(message)
      return stored('assistant', message)
    },
    ...given.store,
  }
  let ids = 0
  const clock: Clock = {
    date: () => new Date('2026-11-20T09:05:00Z'),
    monotonicMs: given.monotonicMs ?? (() => 0),
    pause: () => Promise.resolve(),
    timeout: (ms) => AbortSignal.timeout(ms),
    after: () => () => undefined,
  }
  const toolbox = createToolbox(
    {
      sources: [createDeviceToolSource(tools)],
      clock,
      observer: { toolCalled: () => undefined, sourceLate: () => undefined },
    },
    { toolTimeoutMs: 1_000, toolsTimeoutMs: 3_000, maxCallsPerRound: 8 },
  )
  const reply = createReplier(
    {
      conversations,
      model,
      toolbox,
      hooks: createHooks([], { clock, observer: { hookActed: () => undefined, hookFailed: () => undefined } }),
      pickTool: undefined,
      commands: { handles: () => false, model },
      audience: { tell: (userId, update) => void told.push({ userId, update }) },
      clock,
      recall: async () => [],
      said: () => undefined,
      observer: { replied: (record) => void records.push(record), messageLost: (error) => void lost.push(error) },
      newId: () => `id-${++ids}`,
    },
    { conversationGapMs: 1_000, messagesInPrompt: 20, maxToolRounds: 5, timeZone: 'UTC' },
  )
  return { reply, users, assistants, records, lost, calls, told }
}

async function collect(parts: AsyncIterable<ReplyPart>): Promise<ReplyPart[]> {
  const all: ReplyPart[] = []
  for await (const part of parts) all.push(part)
  return all
}
const never = () => ({ signal: new AbortController().signal })

test('a voice that is known is named to the model, as data', async () => {
  const model = scripted([text('Hi Ada.'), end()])
  await collect(fixture(model).reply({ ...input, speaker: 'Ada "the first"' }, never()))
  const [system] = model.requests[0]?.messages ?? []
  expect(system).toMatchObject({
    role: 'system',
    text: expect.stringContaining('that of "Ada \\"the first\\"".') as string,
  })
})

test('answers, stores both messages and keeps a record', async () => {
  const { reply, users, assistants, records } = fixture(scripted([text('Hi'), text(' there.'), end()]))
  expect(await collect(reply({ ...input, language: 'en' }, never()))).toEqual([
    { type: 'started', conversationId, voice: { name: 'amy', language: 'en' }, provider: 'scripted' },
    { type: 'text-delta', text: 'Hi' },
    { type: 'text-delta', text: ' there.' },
    { type: 'finished', reason: 'stop', usage: { inputTokens: 10, outputTokens: 2 } },
  ])
  expect(users).toMatchObject([{ turnId, conversationId, text: 'hello' }])
  expect(assistants).toMatchObject([{ text: 'Hi there.', complete: true, provider: 'scripted', model: 'm' }])
  expect(records).toMatchObject([{ outcome: 'finished', reason: 'stop', tools: [] }])
})

test('the prompt has what was heard, not what was only generated', async () => {
  const model = scripted([text('Yes.'), end()])
  const history: StoredMessage[] = [
    { role: 'user', text: 'a story', heardText: null, interrupted: false },
    { role: 'assistant', text: 'Once upon a time', heardText: 'Once', interrupted: true },
    { role: 'assistant', text: 'broke off unreported', heardText: null, interrupted: true },
    { role: 'assistant', text: 'never heard', heardText: '', interrupted: true },
    { role: 'assistant', text: 'complete', heardText: null, interrupted: false },
  ]
  await collect(fixture(model, { history }).reply(input, never()))
  const [system, ...rest] = model.requests[0]?.messages ?? []
  expect(system).toMatchObject({
    text: expect.stringMatching(/^Be kind\.\n\nIt is Friday,? 20 November 2026 at 09:05 \(UTC\)\.$/),
  })
  expect(rest.map((message) => message.role !== 'tool' && message.text)).toEqual([
    'a story',
    'Once',
    'complete',
    'hello',
  ])
})

describe('tools', () => {
  test('a call goes to the device under its own name and its result to the model', async () => {
    const model = scripted([text('Sure.'), call('{"volume":50}'), end('tool-calls')], [text('Done.'), end()])
    const { reply, calls, assistants } = fixture(model)
    const parts = await collect(reply(input, never()))
    expect(calls).toEqual([{ name: 'self.set_volume', arguments: { volume: 50 } }])
    expect(parts.slice(1)).toEqual([
      { type: 'text-delta', text: 'Sure.' },
      { type: 'tool-start', name: 'self.set_volume' },
      { type: 'tool-end', name: 'self.set_volume', failed: false },
      { type: 'text-delta', text: ' Done.' },
      { type: 'finished', reason: 'stop', usage: { inputTokens: 20, outputTokens: 4 } },
    ])
    expect(model.requests[1]?.messages.at(-1)).toEqual({ role: 'tool', callId: 'c1', text: 'done', failed: false })
    expect(assistants[0]?.text).toBe('Sure. Done.')
  })

  test.each<[what: string, part: ModelPart, tools: DeviceTools['call'] | undefined, told: RegExp]>([
    ['malformed arguments', call('{"volume":'), undefined, /not a JSON object/],
    ['arguments that are no object', call('[1]'), undefined, /not a JSON object/],
    ['an unknown tool', call('{}', 'nonsense'), undefined, /no tool named nonsense/],
    ['an offline device', call('{}'), () => Promise.reject(new Problem('unavailable', 'x')), /cannot be reached/],
    ['a silent device', call('{}'), () => Promise.reject(new Problem('timeout', 'x')), /no answer in time/],
    ['the tool failing', call('{}'), async () => ({ text: 'too loud', failed: true }), /^too loud$/],
  ])('%s is told to the model', async (_, part, tools, told) => {
    const model = scripted([part, end('tool-calls')], [text('Sorry.'), end()])
    const parts = await collect(fixture(model, tools && { tools: { call: tools } }).reply(input, never()))
    expect(parts).toContainEqual(expect.objectContaining({ type: 'tool-end', failed: true }))
    expect(model.requests[1]?.messages.at(-1)).toMatchObject({
      role: 'tool',
      failed: true,
      text: expect.stringMatching(told),
    })
    expect(parts.at(-1)).toMatchObject({ type: 'finished', reason: 'stop' })
  })

  test('calls of one round run side by side', async () => {
    const waiting: (() => void)[] = []
    const tools: DeviceTools = {
      call: () =>
        new Promise((resolve) => {
          waiting.push(() => resolve({ text: 'ok', failed: false }))
          if (waiting.length === 2) waiting.toReversed().forEach((finish) => finish())
        }),
    }
    const model = scripted(
      [call('{"volume":1}', undefined, 'a'), call('{"volume":2}', undefined, 'b'), end()],
      [text('Ok.'), end()],
    )
    const parts = await collect(fixture(model, { tools }).reply(input, never()))
    expect(parts.filter(({ type }) => type === 'tool-end')).toHaveLength(2)
  })

  test('after five rounds it must answer without tools', async () => {
    let count = 0
    const model = scripted([end()])
    model.stream = async function* (request: ModelRequest) {
      model.requests.push(request)
      yield answering
      if (request.tools.length > 0) yield call(`{"n":${++count}}`)
      else yield text('That is enough.')
      yield end()
    }
    const { reply, calls } = fixture(model)
    expect((await collect(reply(input, never()))).at(-1)).toMatchObject({ type: 'finished', reason: 'tool-limit' })
    expect(calls).toHaveLength(5)
    expect(model.requests).toHaveLength(6)
  })

  test('a repeated call is not made again, and ends the circle', async () => {
    const model = scripted(
      [call('{"volume":50}'), end()],
      [call('{"volume":50}', undefined, 'c2'), end()],
      [text('Ok.'), end()],
    )
    const { reply, calls } = fixture(model)
    await collect(reply(input, never()))
    expect(calls).toHaveLength(1)
    expect(model.requests.map(({ tools }) => tools.length)).toEqual([1, 1, 0])
  })

  test('a long output is cut', async () => {
    const tools: DeviceTools = { call: async () => ({ text: 'x'.repeat(9_000), failed: false }) }
    const model = scripted([call(''), end()], [text('Ok.'), end()])
    await collect(fixture(model, { tools }).reply(input, never()))
    const told = model.requests[1]?.messages.at(-1)
    expect(told?.role === 'tool' && told.text).toHaveLength(4_000 + '… [cut]'.length)
  })

  test('an abort during a call stops it and the reply', async () => {
    const controller = new AbortController()
    const tools: DeviceTools = {
      call: (_, __, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    }
    const { reply, records } = fixture(scripted([text('Wait.'), call('{}'), end()]), { tools })
    const running = (async () => {
      for await (const part of reply(input, { signal: controller.signal })) {
        if (part.type === 'tool-start') controller.abort(new Error('barge-in'))
      }
    })()
    await expect(running).rejects.toThrow('barge-in')
    expect(records).toMatchObject([{ outcome: 'aborted' }])
  })
})

describe('endings', () => {
  test('a listener that leaves has what it got stored as incomplete', async () => {
    const { reply, assistants, records } = fixture(scripted([text('One.'), text(' Two.'), end()]))
    for await (const part of reply(input, never())) if (part.type === 'text-delta') break
    expect(assistants).toMatchObject([{ text: 'One.', complete: false }])
    expect(records).toMatchObject([{ outcome: 'aborted' }])
  })

  test('a model that fails fails the reply, and what it said is stored', async () => {
    const { reply, users, assistants, records } = fixture(
      scripted([text('One.'), new Problem('provider-failed', 'gone')]),
    )
    await expect(collect(reply(input, never()))).rejects.toMatchObject({ code: 'provider-failed' })
    expect(users).toHaveLength(1)
    expect(assistants).toMatchObject([{ text: 'One.', complete: false }])
    expect(records).toMatchObject([{ outcome: 'failed', problem: { code: 'provider-failed' } }])
  })

  test('a model that does not stop is stopped', async () => {
    const { reply, assistants } = fixture(scripted(Array.from({ length: 50 }, () => text('x'.repeat(1_000)))))
    expect((await collect(reply(input, never()))).at(-1)).toMatchObject({ type: 'finished', reason: 'length' })
    expect(assistants.map(({ text, complete }) => [text.length, complete])).toEqual([[25_000, true]])
  })

  test('a model that says nothing at all has failed', async () => {
    const { reply, assistants } = fixture(scripted([end()]))
    await expect(collect(reply(input, never()))).rejects.toMatchObject({ code: 'provider-failed' })
    expect(assistants).toEqual([])
  })

  test('a write is tried twice, and its loss is reported without stopping the reply', async () => {
    let tries = 0
    const passing = async ({ id, turnId, text }: UserMessage): Promise<Message> => {
      if (++tries === 1) throw new Problem('unavailable', 'database')
      return { id, turnId, role: 'user', text, interrupted: false, createdAt: '2026-11-20T09:05:00.000Z' }
    }
    const once = fixture(scripted([text('Hi.'), end()]), { store: { saveUserMessage: passing } })
    expect((await collect(once.reply(input, never()))).at(-1)?.type).toBe('finished')
    expect([tries, once.lost.length]).toEqual([2, 0])

    const failing = async () => Promise.reject(new Problem('unavailable', 'database'))
    const twice = fixture(scripted([text('Hi.'), end()]), {
      store: { saveUserMessage: failing, saveAssistantMessage: failing },
    })
    expect((await collect(twice.reply(input, never()))).at(-1)?.type).toBe('finished')
    expect(twice.lost).toHaveLength(2)
  })
})

describe("the owner's apps", () => {
  const ownerId = '019aa3c0-0000-7000-8000-0000000000ee'

  test('are told the question, the answer in pieces that travel together, and the answer whole', async () => {
    let now = 0
    const pieces = ['One ', 'two ', 'three ', 'four.'].map(text)
    const { reply, told } = fixture(scripted([...pieces, end()]), { ownerId, monotonicMs: () => (now += 30) })
    await collect(reply(input, never()))
    expect(told.every(({ userId }) => userId === ownerId)).toBe(true)
    const deltas = told.flatMap(({ update }) => (update.type === 'message-delta' ? [update.text] : []))
    expect(deltas.join('')).toBe('One two three four.')
    expect(deltas.length).toBeLessThan(pieces.length)
    const messages = told.flatMap(({ update }) => (update.type === 'message' ? [update] : []))
    expect(messages).toMatchObject([
      { conversationId, deviceId, message: { role: 'user', text: 'hello', turnId } },
      { conversationId, deviceId, message: { role: 'assistant', text: 'One two three four.', turnId } },
    ])
  })

  test('are told nothing of a device that nobody owns', async () => {
    const { reply, told } = fixture(scripted([text('Hi.'), end()]))
    await collect(reply(input, never()))
    expect(told).toEqual([])
  })

  test('see what was sent of an answer that they left', async () => {
    const { reply, assistants } = fixture(scripted([text('One.'), text(' Two.'), end()]), { ownerId })
    const person = { kind: 'person', userId: ownerId, conversationId, agentId: undefined } as const
    const question: Question = { turnId, asker: person, text: 'hello' }
    for await (const part of reply(question, never())) if (part.type === 'text-delta') break
    expect(assistants).toMatchObject([{ text: 'One.', heardText: 'One.', complete: false }])
  })
})
