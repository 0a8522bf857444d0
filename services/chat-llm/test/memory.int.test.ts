import { chat, memory } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collect, newDevice } from './fixture.ts'
import { openMemoryScene, type MemoryScene } from './memory-scene.ts'

const invented = 'Your cat Tom is fine.'
let scene: MemoryScene
beforeAll(async () => {
  scene = await openMemoryScene({
    findings: [
      { in: 'dog is called Rex', fact: 'The user has a dog called Rex.' },
      { in: 'live in Hamburg', fact: 'The user lives in Hamburg.' },
      { in: 'moved to Bremen', fact: 'The user lives in Bremen.', replaces: 'lives in Hamburg' },
      { in: 'allergic to nuts', fact: 'The user is allergic to nuts.' },
      { in: 'forget what I said about nuts', fact: '', forget: 'allergic to nuts' },
      { in: 'daughter Mia', fact: 'The user’s daughter is called Mia.' },
      { in: 'dog is called Rex', fact: 'the user has a dog called REX' },
      { in: 'my password is', fact: 'The password of the user is hunter2.' },
      { in: '我住在杭州', fact: '用户住在杭州。' },
    ],
    answers: { 'How is everybody at home?': invented },
  })
})
afterAll(() => scene[Symbol.asyncDispose]())

describe('ten sessions with one person', () => {
  const person = newPerson()
  async function session(text: string) {
    const conversationId = await scene.ask(person, text)
    await scene.reviewed(conversationId)
    return conversationId
  }

  test('what is sent to the model has what is known, as it stands now, with its source', async () => {
    const first = await session('Good morning! My dog is called Rex.')
    await session('I live in Hamburg, you know.')
    expect(scene.lastPrompt()).toContain('- The user has a dog called Rex.')
    await session('How is everybody at home?')
    await session('I am allergic to nuts.')
    await session('My daughter Mia is coming.')
    await session('We moved to Bremen last week.')
    await session('Tell me a joke about the weather.')
    const known = await scene.factsOf(person)
    expect(known).toEqual([
      'The user has a dog called Rex.',
      'The user is allergic to nuts.',
      'The user’s daughter is called Mia.',
      'The user lives in Bremen.',
    ])

    await session('Please forget what I said about nuts.')
    await session('By the way, my password is hunter2.')
    await session('What do you know about me?')
    const prompt = scene.lastPrompt()
    for (const fact of ['a dog called Rex', 'lives in Bremen', 'daughter is called Mia']) expect(prompt).toContain(fact)
    for (const gone of ['nuts', 'Hamburg', 'hunter2', 'Tom', 'REX']) expect(prompt).not.toContain(gone)
    expect(prompt).toMatch(/- The user has a dog called Rex\. \(\d{1,2} \w+ \d{4}\)/)

    const { facts } = await callAs(person, () => scene.service.bus.request(memory.listFacts, { limit: 10 }))
    const rex = facts.find(({ text }) => text.includes('Rex'))
    expect(rex).toMatchObject({ conversationId: first, sourceMessageId: expect.any(String) as string })
    const [source] = await scene.service.query(`SELECT role, text FROM messages WHERE id = '${rex?.sourceMessageId}'`)
    expect(source).toEqual({ role: 'user', text: 'Good morning! My dog is called Rex.' })
  })

  test('nothing that the assistant said was even looked at', async () => {
    const looked = scene.tasks('You keep the memory')
    expect(looked.length).toBeGreaterThan(5)
    for (const text of looked) expect(text).not.toContain('Tom')
    expect(await scene.service.query("SELECT 1 FROM facts WHERE text LIKE '%Tom%'")).toEqual([])
  })

  test('somebody else is known nothing of', async () => {
    await scene.ask(newPerson(), 'What do you know about me?')
    expect(scene.lastPrompt()).not.toContain('Rex')
  })
})

test('what a device heard is its owner’s, and an app’s conversation knows it; in Chinese, too', async () => {
  const person = newPerson()
  const input = {
    deviceId: newDevice(),
    ownerId: person.userId,
    text: '你好，我住在杭州，我喜欢喝茶。',
    speaker: '小明',
  }
  const [started] = await collect(scene.service.reply(input))
  await scene.reviewed(started?.type === 'started' ? started.conversationId : '')
  await scene.ask(person, '我住在哪里？')
  expect(scene.lastPrompt()).toContain('- 用户住在杭州。 ("小明", ')
})

test('an agent without a memory neither learns nor knows, and one with a summary alone does not learn', async () => {
  const person = newPerson()
  await callAs(person, () => scene.service.bus.request(memory.addFact, { text: 'The user is a pilot.' }))
  for (const mode of ['none', 'summary'] as const) {
    const prompt = 'You are Parley without a memory.'
    const { agentId } = await callAs(person, () =>
      scene.service.bus.request(chat.createAgent, { name: 'Forgetful', prompt, memory: mode }),
    )
    await scene.reviewed(await scene.ask(person, 'I live in Hamburg, in the north.', { agentId }))
    expect(scene.lastPrompt()).not.toContain('pilot')
  }
  expect(await scene.factsOf(person)).toEqual(['The user is a pilot.'])
})

describe('in one’s own hands', () => {
  test('facts are written, corrected, deleted one by one and altogether', async () => {
    const person = newPerson()
    const as = <T>(work: () => T) => callAs(person, work)
    const { bus } = scene.service
    const one = await as(() => bus.request(memory.addFact, { text: 'The user is called Ann.' }))
    await as(() => bus.request(memory.addFact, { text: 'The user likes tea.' }))
    await as(() => bus.request(memory.changeFact, { factId: one.factId, text: 'The user is called Anna.' }))
    await scene.ask(person, 'Who am I?')
    expect(scene.lastPrompt()).toContain('called Anna.')
    await as(() => bus.request(memory.deleteFact, { factId: one.factId }))
    expect(await scene.factsOf(person)).toEqual(['The user likes tea.'])
    expect(await as(() => bus.request(memory.forgetPerson, {}))).toEqual({ deleted: 1 })
    expect(await scene.factsOf(person)).toEqual([])
  })

  test('nobody else’s', async () => {
    const { bus } = scene.service
    const { factId } = await callAs(newPerson(), () => bus.request(memory.addFact, { text: 'Mine.' }))
    const stranger = newPerson()
    const attempts: (() => Promise<unknown>)[] = [
      () => bus.request(memory.deleteFact, { factId }),
      () => bus.request(memory.changeFact, { factId, text: 'Ours.' }),
      () => bus.request(memory.deleteFact, { factId: newId() }),
    ]
    for (const attempt of attempts) await expect(callAs(stranger, attempt)).rejects.toMatchObject({ code: 'not-found' })
  })

  test('pages lead back', async () => {
    const person = newPerson()
    const { bus } = scene.service
    for (const text of ['One.', 'Two.', 'Three.']) await callAs(person, () => bus.request(memory.addFact, { text }))
    const page = await callAs(person, () => bus.request(memory.listFacts, { limit: 2 }))
    expect(page.facts.map(({ text }) => text)).toEqual(['Three.', 'Two.'])
    const before = page.before!
    expect(await callAs(person, () => bus.request(memory.listFacts, { limit: 2, before }))).toMatchObject({
      facts: [{ text: 'One.' }],
    })
  })
})
