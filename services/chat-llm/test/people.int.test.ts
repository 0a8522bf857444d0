import { app, chat, type AppUpdate, type Identity, type ReplyPart } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collect, newDevice, openChat, textOf, type ChatFixture } from './fixture.ts'

const defaultAgentId = '019aa3c0-0000-7000-8000-000000000001'
let service: ChatFixture
beforeAll(async () => {
  service = await openChat()
})
afterAll(() => service[Symbol.asyncDispose]())

type Ask = { text: string; conversationId?: string; agentId?: string }
const ask = (person: Identity, input: Ask): Promise<ReplyPart[]> =>
  callAs(person, () => collect(service.bus.stream(chat.ask, { turnId: newId(), ...input })))
const conversationOf = (parts: ReplyPart[]) => (parts[0]?.type === 'started' ? parts[0].conversationId : '')
const list = (person: Identity, input: { after?: string; limit?: number; deviceId?: string } = {}) =>
  callAs(person, () => service.bus.request(chat.listConversations, { limit: 50, ...input }))
const read = (person: Identity, conversationId: string, page: { before?: string; limit?: number } = {}) =>
  callAs(person, () => service.bus.request(chat.readConversation, { conversationId, limit: 50, ...page }))

describe('asking by text', () => {
  test('begins a conversation with the default agent, and goes on in it', async () => {
    const person = newPerson()
    const first = await ask(person, { text: 'say good morning' })
    expect(textOf(first).toLowerCase()).toContain('good morning')
    const conversationId = conversationOf(first)
    expect(conversationOf(await ask(person, { text: 'say good night', conversationId }))).toBe(conversationId)

    const { conversation, messages } = await read(person, conversationId)
    expect(conversation).toMatchObject({ agentId: defaultAgentId, agentName: 'Parley' })
    expect(conversation.deviceId).toBeUndefined()
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant'])
    expect(messages[0]?.text).toBe('say good morning')
  })

  test("goes on in nobody else's conversation, as if it did not exist", async () => {
    const conversationId = conversationOf(await ask(newPerson(), { text: 'hello' }))
    const stranger = newPerson()
    await expect(ask(stranger, { text: 'hello', conversationId })).rejects.toMatchObject({ code: 'not-found' })
    await expect(ask(stranger, { text: 'hello', conversationId: newId() })).rejects.toMatchObject({ code: 'not-found' })
    await expect(read(stranger, conversationId)).rejects.toMatchObject({ code: 'not-found' })
  })

  test("with an agent that is somebody else's is refused", async () => {
    const agent = await callAs(newPerson(), () =>
      service.bus.request(chat.createAgent, { name: 'Mine', prompt: 'Be mine.' }),
    )
    await expect(ask(newPerson(), { text: 'hello', agentId: agent.agentId })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test('is for people only', async () => {
    const parts = collect(service.bus.stream(chat.ask, { turnId: newId(), text: 'hello' }))
    await expect(parts).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe("a device's conversation", () => {
  test('becomes its owner’s, and they go on in it by text', async () => {
    const [deviceId, person] = [newDevice(), newPerson()]
    await collect(service.reply({ deviceId, text: 'say one' }))
    expect((await list(person)).conversations).toEqual([])

    const { userId: ownerId } = person
    expect(await service.bus.request(chat.adoptDevice, { deviceId, ownerId })).toEqual({ adopted: 1 })
    expect(await service.bus.request(chat.adoptDevice, { deviceId, ownerId })).toEqual({ adopted: 0 })
    const [conversation] = (await list(person, { deviceId })).conversations
    expect(conversation).toMatchObject({ deviceId })
    const { conversationId = '' } = conversation ?? {}

    await ask(person, { text: 'say two', conversationId })
    await collect(service.reply({ deviceId, ownerId, text: 'say three' }))
    const { messages } = await read(person, conversationId)
    expect(messages.filter(({ role }) => role === 'user').map(({ text }) => text)).toEqual([
      'say one',
      'say two',
      'say three',
    ])
  })

  test('is adopted by the next turn when nobody else has done it', async () => {
    const [deviceId, person] = [newDevice(), newPerson()]
    await collect(service.reply({ deviceId, text: 'say one' }))
    await collect(service.reply({ deviceId, ownerId: person.userId, text: 'say two' }))
    const { conversations } = await list(person)
    expect(conversations).toHaveLength(1)
    expect((await read(person, conversations[0]?.conversationId ?? '')).messages).toHaveLength(4)
  })

  test('of one owner is not continued by the next', async () => {
    const [deviceId, before, after] = [newDevice(), newPerson(), newPerson()]
    await collect(service.reply({ deviceId, ownerId: before.userId, text: 'a secret' }))
    await collect(service.reply({ deviceId, text: 'in between' }))
    await collect(service.reply({ deviceId, ownerId: after.userId, text: 'mine now' }))
    const textsOf = async (person: Identity) => {
      const { conversations } = await list(person)
      const pages = await Promise.all(conversations.map(({ conversationId }) => read(person, conversationId)))
      return pages.flatMap(({ messages }) => messages.filter(({ role }) => role === 'user').map(({ text }) => text))
    }
    expect(await textsOf(before)).toEqual(['a secret'])
    expect(await textsOf(after)).toEqual(['in between', 'mine now'])
  })

  test('changes with its agent: another one begins another conversation, and an edited one answers at once', async () => {
    const [deviceId, person] = [newDevice(), newPerson()]
    const { userId: ownerId } = person
    await collect(service.reply({ deviceId, ownerId, text: 'hello' }))
    const made = { name: 'Bo', prompt: 'Be brief.', voice: { speed: 1.5 } }
    const { agentId } = await callAs(person, () => service.bus.request(chat.createAgent, made))
    const [started] = await collect(service.reply({ deviceId, ownerId, agentId, text: 'hello' }))
    expect(started).toMatchObject({ type: 'started', voice: { speed: 1.5 } })
    expect((await list(person)).conversations.map(({ agentName }) => agentName)).toEqual(['Bo', 'Parley'])

    await callAs(person, () => service.bus.request(chat.updateAgent, { agentId, voice: { speed: 0.8 } }))
    const [again] = await collect(service.reply({ deviceId, ownerId, agentId, text: 'hello' }))
    expect(again).toMatchObject({ voice: { speed: 0.8 } })
    expect((await list(person)).conversations).toHaveLength(2)
  })
})

describe('the list of conversations', () => {
  test('pages by cursor, last used first, each once', async () => {
    const person = newPerson()
    const ids: string[] = []
    for (const text of ['one', 'two', 'three', 'four', 'five']) ids.push(conversationOf(await ask(person, { text })))
    await ask(person, { text: 'again', conversationId: ids[0] ?? '' })
    const seen: string[] = []
    for (let after: string | undefined, more = true; more;) {
      const page = await list(person, { limit: 2, ...(after && { after }) })
      seen.push(...page.conversations.map(({ conversationId }) => conversationId))
      after = page.next
      more = after !== undefined
    }
    expect(seen).toEqual([ids[0], ids[4], ids[3], ids[2], ids[1]])
  })

  test('names a cursor that is none', async () => {
    await expect(list(newPerson(), { after: 'nonsense' })).rejects.toMatchObject({
      code: 'bad-request',
      issues: [{ path: 'after' }],
    })
  })

  test('has the beginning of the newest message, and messages page back', async () => {
    const person = newPerson()
    const conversationId = conversationOf(await ask(person, { text: 'say one' }))
    await ask(person, { text: 'say two', conversationId })
    const { messages } = await read(person, conversationId)
    expect((await list(person)).conversations[0]?.preview).toBe(messages.at(-1)?.text)
    const newest = await read(person, conversationId, { limit: 3 })
    expect(newest.messages).toEqual(messages.slice(-3))
    const oldest = await read(person, conversationId, { limit: 3, ...(newest.before && { before: newest.before }) })
    expect([...oldest.messages, ...newest.messages]).toEqual(messages)
    expect(oldest.before).toBeUndefined()
  })
})

describe('a conversation', () => {
  const rename = (person: Identity, conversationId: string, title: string | null) =>
    callAs(person, () => service.bus.request(chat.renameConversation, { conversationId, title }))
  const remove = (person: Identity, conversationId: string) =>
    callAs(person, () => service.bus.request(chat.deleteConversation, { conversationId }))
  const search = async (person: Identity, text: string) =>
    (
      await callAs(person, () => service.bus.request(chat.listConversations, { limit: 50, search: text }))
    ).conversations.map(({ conversationId }) => conversationId)

  test('is found by what is said in it and by its title, in whatever case, and letter by letter', async () => {
    const person = newPerson()
    const lamps = conversationOf(await ask(person, { text: 'say the Lamp is 100% on' }))
    const tea = conversationOf(await ask(person, { text: 'say tea' }))
    await rename(person, tea, 'Afternoon_plan')
    expect(await search(person, 'lamp')).toEqual([lamps])
    expect(await search(person, '100%')).toEqual([lamps])
    expect(await search(person, 'afternoon_')).toEqual([tea])
    expect(await search(person, 'l_mp')).toEqual([])
    expect(await search(newPerson(), 'lamp')).toEqual([])
  })

  test('has a title, until it is taken away', async () => {
    const person = newPerson()
    const conversationId = conversationOf(await ask(person, { text: 'say one' }))
    expect(await rename(person, conversationId, ' Plans ')).toMatchObject({ title: 'Plans' })
    expect((await rename(person, conversationId, null)).title).toBeUndefined()
    await expect(rename(newPerson(), conversationId, 'Mine')).rejects.toMatchObject({ code: 'not-found' })
  })

  test('is deleted with all that was said in it; a device goes on in another one', async () => {
    const [deviceId, person] = [newDevice(), newPerson()]
    const { userId: ownerId } = person
    const first = conversationOf(await collect(service.reply({ deviceId, ownerId, text: 'say one' })))
    await expect(remove(newPerson(), first)).rejects.toMatchObject({ code: 'not-found' })
    expect(await remove(person, first)).toEqual({ deleted: true })
    await expect(read(person, first)).rejects.toMatchObject({ code: 'not-found' })
    const left = await service.query(`SELECT FROM messages WHERE conversation_id = '${first}'`)
    expect(left).toEqual([])
    expect(conversationOf(await collect(service.reply({ deviceId, ownerId, text: 'say two' })))).not.toBe(first)
  })
})

describe('agents', () => {
  const listOf = (person: Identity) => callAs(person, () => service.bus.request(chat.listAgents, {}))
  const update = (person: Identity, changes: { agentId: string; name?: string; language?: string | null }) =>
    callAs(person, () => service.bus.request(chat.updateAgent, changes))

  test('are one’s own and everybody’s', async () => {
    const person = newPerson()
    const made = await callAs(person, () =>
      service.bus.request(chat.createAgent, { name: 'Zoe', prompt: 'Be Zoe.', language: 'en' }),
    )
    const { agents } = await listOf(person)
    expect(agents.map(({ name, isDefault, editable }) => [name, isDefault, editable])).toEqual([
      ['Parley', true, false],
      ['Zoe', false, true],
    ])
    expect(await callAs(person, () => service.bus.request(chat.readAgent, { agentId: made.agentId }))).toEqual(made)
    expect((await listOf(newPerson())).agents).toHaveLength(1)
  })

  test('change in what is given only; null takes the language away', async () => {
    const person = newPerson()
    const { agentId } = await callAs(person, () =>
      service.bus.request(chat.createAgent, { name: 'Kim', prompt: 'Be Kim.', language: 'en' }),
    )
    expect(await update(person, { agentId, name: 'Kit' })).toMatchObject({
      name: 'Kit',
      prompt: 'Be Kim.',
      language: 'en',
    })
    expect((await update(person, { agentId, language: null })).language).toBeUndefined()
  })

  test('are changed only as they were read, where that is asked for', async () => {
    const person = newPerson()
    const make = () => service.bus.request(chat.createAgent, { name: 'Lin', prompt: 'Be Lin.' })
    const { agentId, updatedAt: unchangedSince } = await callAs(person, make)
    const change = (name: string) =>
      callAs(person, () => service.bus.request(chat.updateAgent, { agentId, name, unchangedSince }))
    const [first, second] = await Promise.allSettled([change('Lina'), change('Linus')])
    const outcomes = [first, second].map(({ status }) => status).toSorted()
    expect(outcomes).toEqual(['fulfilled', 'rejected'])
    await expect(change('Lou')).rejects.toMatchObject({ code: 'precondition-failed' })
  })

  test('say how they hold a conversation, and who remembers it is told of changes', async () => {
    const manner = { greeting: 'Yes?', exitPhrases: ['bye'], idleCloseMs: null, endpointing: { adaptive: true } }
    const changed: string[] = []
    await using _listening = service.bus.on(chat.agentChanged, ({ agentId: id }) => void changed.push(id))
    await service.bus.flush()
    const person = newPerson()
    const { agentId } = await callAs(person, () =>
      service.bus.request(chat.createAgent, { name: 'Ada', prompt: 'Be Ada.', language: 'en', manner }),
    )
    expect(await service.bus.request(chat.readManner, { agentId })).toEqual({
      agentId,
      name: 'Ada',
      language: 'en',
      voice: {},
      manner,
    })
    await callAs(person, () => service.bus.request(chat.updateAgent, { agentId, manner: { farewell: 'Bye!' } }))
    await expect.poll(() => changed).toEqual([agentId])
    expect(await service.bus.request(chat.readManner, { agentId })).toMatchObject({ manner: { farewell: 'Bye!' } })
    expect(await service.bus.request(chat.readManner, {})).toMatchObject({ agentId: defaultAgentId, manner: {} })
    // In the place of one that is gone.
    expect(await service.bus.request(chat.readManner, { agentId: newId() })).toMatchObject({ agentId: defaultAgentId })
  })

  test('of others are not found, and everybody’s are for administrators to edit', async () => {
    const { agentId } = await callAs(newPerson(), () =>
      service.bus.request(chat.createAgent, { name: 'Own', prompt: 'Be mine.' }),
    )
    await expect(update(newPerson(), { agentId, name: 'Stolen' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(update(newPerson(), { agentId: defaultAgentId, name: 'Mine' })).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(await update(newPerson('admin'), { agentId: defaultAgentId, name: 'Parley' })).toMatchObject({
      editable: true,
    })
  })
})

describe('a bare model', () => {
  const complete = (input: { model?: string; agent?: 'default' }) =>
    callAs(newPerson(), () =>
      Array.fromAsync(service.bus.stream(chat.complete, { messages: [{ role: 'user', text: 'say hello' }], ...input })),
    )

  test('is listed, answers by its name, and stores nothing', async () => {
    expect(await callAs(newPerson(), () => service.bus.request(chat.listModels, {}))).toEqual({
      models: [{ id: 'offline', provider: 'offline' }],
    })
    const before = await service.query('SELECT count(*) AS count FROM conversations')
    const parts = await complete({ model: 'offline', agent: 'default' })
    expect(parts[0]).toEqual({ type: 'started', provider: 'offline', model: 'offline' })
    expect(parts.at(-1)).toMatchObject({ type: 'finished', reason: 'stop' })
    expect(await service.query('SELECT count(*) AS count FROM conversations')).toEqual(before)
  })

  test('that does not exist is not found', async () => {
    await expect(complete({ model: 'gpt-17' })).rejects.toMatchObject({ code: 'not-found' })
  })
})

test("the owner's apps are told of a device's turn, and of what was heard of it", async () => {
  const [deviceId, person, turnId] = [newDevice(), newPerson(), newId()]
  const { userId: ownerId } = person
  const told: AppUpdate[] = []
  await using _listening = service.bus.on(app.update, (update) => void told.push(update), {
    tokens: { userId: ownerId },
  })
  await service.bus.flush()
  const parts = await collect(service.reply({ deviceId, ownerId, turnId, text: 'tell me a joke' }))
  await service.bus.request(chat.recordHeard, { deviceId, turnId, text: 'Why', interrupted: true })
  await expect.poll(() => told.filter(({ type }) => type === 'message')).toHaveLength(3)
  const messages = told.flatMap((update) => (update.type === 'message' ? [update.message] : []))
  expect(messages).toMatchObject([
    { role: 'user', text: 'tell me a joke' },
    { role: 'assistant', text: textOf(parts), interrupted: false },
    { role: 'assistant', text: 'Why', interrupted: true },
  ])
  const deltas = told.flatMap((update) => (update.type === 'message-delta' ? [update.text] : []))
  expect(deltas.join('')).toBe(textOf(parts))
})
