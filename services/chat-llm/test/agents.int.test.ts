import { chat, type Person } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import { startOpenAiFake, type OpenAiFake } from '@parley/testkit/openai-fake'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collect, newDevice, openChat, type ChatFixture } from './fixture.ts'

const defaultAgentId = '019aa3c0-0000-7000-8000-000000000001'
let fake: OpenAiFake
let service: ChatFixture
beforeAll(async () => {
  fake = await startOpenAiFake()
  service = await openChat({ LLM_BASE_URL: fake.baseUrl, LLM_API_KEY: 'k', LLM_MODEL: 'm' })
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await fake[Symbol.asyncDispose]()
})

const make = (person: Person, prompt: string) =>
  callAs(person, () => service.bus.request(chat.createAgent, { name: 'Bo', prompt }))
const versionsOf = (person: Person, agentId: string) =>
  callAs(person, () => service.bus.request(chat.listAgentVersions, { agentId }))
function lastPrompt(): string {
  const { body } = fake.requests.findLast(({ kind }) => kind === 'chat') ?? {}
  const [system] = (body as { messages: { content: string }[] } | undefined)?.messages ?? []
  return system?.content ?? ''
}

describe('versions', () => {
  test('each change is one, and what an agent was can be had back', async () => {
    const person = newPerson()
    const { agentId } = await make(person, 'One.')
    const change = (settings: object) =>
      callAs(person, () => service.bus.request(chat.updateAgent, { agentId, ...settings }))
    await change({ prompt: 'Two.', language: 'en', tools: { allow: ['get_time'] } })
    await change({ prompt: 'Three.', model: 'm', memory: 'none', intent: 'none' })
    const { versions } = await versionsOf(person, agentId)
    expect(versions.map(({ version, settings }) => [version, settings.prompt])).toEqual([
      [3, 'Three.'],
      [2, 'Two.'],
      [1, 'One.'],
    ])
    expect(versions.every(({ madeBy }) => madeBy === person.userId)).toBe(true)

    const restored = await callAs(person, () => service.bus.request(chat.restoreAgent, { agentId, version: 1 }))
    expect(restored).toMatchObject({ prompt: 'One.', tools: {}, memory: 'facts', intent: 'tools' })
    expect(restored.language).toBeUndefined()
    expect(restored.model).toBeUndefined()
    expect((await versionsOf(person, agentId)).versions[0]).toMatchObject({ version: 4, settings: { prompt: 'One.' } })
    await expect(
      callAs(person, () => service.bus.request(chat.restoreAgent, { agentId, version: 9 })),
    ).rejects.toMatchObject({ code: 'not-found' })
  })

  test('two changes at the same time are two versions', async () => {
    const person = newPerson()
    const { agentId } = await make(person, 'One.')
    const change = (prompt: string) => callAs(person, () => service.bus.request(chat.updateAgent, { agentId, prompt }))
    await Promise.all(['a', 'b', 'c', 'd'].map(change))
    const { versions } = await versionsOf(person, agentId)
    expect(versions.map(({ version }) => version)).toEqual([5, 4, 3, 2, 1])
    expect(versions.map(({ settings }) => settings.prompt).toSorted()).toEqual(['One.', 'a', 'b', 'c', 'd'])
  })

  test('fifty are kept', async () => {
    const person = newPerson()
    const { agentId } = await make(person, 'One.')
    for (let count = 0; count < 55; count++)
      await callAs(person, () => service.bus.request(chat.updateAgent, { agentId, prompt: `${count}` }))
    const { versions } = await versionsOf(person, agentId)
    expect([versions.length, versions[0]?.version, versions.at(-1)?.version]).toEqual([50, 56, 7])
  })

  test('of an agent that was there before versions were, the first change keeps what it was', async () => {
    const admin = newPerson('admin')
    await callAs(admin, () => service.bus.request(chat.updateAgent, { agentId: defaultAgentId, voice: { speed: 1.1 } }))
    const { versions } = await versionsOf(admin, defaultAgentId)
    expect(versions.map(({ version, settings }) => [version, settings.voice])).toEqual([
      [2, { speed: 1.1 }],
      [1, {}],
    ])
    await expect(versionsOf(newPerson(), defaultAgentId)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('deleting', () => {
  test('leaves devices and conversations to the default agent', async () => {
    const person = newPerson()
    const { agentId } = await make(person, 'Be Bo.')
    const input = { deviceId: newDevice(), ownerId: person.userId, agentId }
    const [started] = await collect(service.reply(input))
    expect(lastPrompt()).toMatch(/^Be Bo\./)
    expect(await callAs(person, () => service.bus.request(chat.deleteAgent, { agentId }))).toEqual({ deleted: true })
    const [again] = await collect(service.reply(input))
    expect(lastPrompt()).toMatch(/^You are Parley/)
    expect(again).toMatchObject({ conversationId: (started as { conversationId: string }).conversationId })
    expect(await service.bus.request(chat.readManner, { agentId })).toMatchObject({ agentId: defaultAgentId })
  })

  test('is for one’s own alone', async () => {
    const { agentId } = await make(newPerson(), 'Be Bo.')
    const attempt = (person: Person, id: string) =>
      callAs(person, () => service.bus.request(chat.deleteAgent, { agentId: id }))
    await expect(attempt(newPerson(), agentId)).rejects.toMatchObject({ code: 'not-found' })
    await expect(attempt(newPerson(), defaultAgentId)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(attempt(newPerson('admin'), defaultAgentId)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

test('every template makes an agent, whose prompt is filled in for who speaks where', async () => {
  const person = newPerson()
  const { templates } = await callAs(person, () => service.bus.request(chat.listAgentTemplates, {}))
  expect(templates.length).toBeGreaterThan(3)
  for (const { settings } of templates) {
    const { agentId } = await callAs(person, () => service.bus.request(chat.createAgent, settings))
    const asked = { turnId: newId(), deviceId: newDevice(), ownerId: person.userId, agentId, speaker: 'Ada' }
    await collect(service.reply({ ...asked, device: { place: 'the kitchen', chipModel: 'esp32s3' } }))
    expect(lastPrompt()).not.toMatch(/\{\{|unknown/)
    expect(lastPrompt()).toContain(settings.name)
  }
})
