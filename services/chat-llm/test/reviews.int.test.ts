import { chat } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openMemoryScene, type MemoryScene } from './memory-scene.ts'
import { collect, newDevice, openChat } from './fixture.ts'

let scene: MemoryScene
beforeAll(async () => {
  scene = await openMemoryScene({ findings: [] }, { MESSAGES_IN_PROMPT: '4' })
})
afterAll(() => scene[Symbol.asyncDispose]())

const person = newPerson()
const read = (conversationId: string) =>
  callAs(person, () => scene.service.bus.request(chat.readConversation, { conversationId, limit: 1 }))

test('a conversation gets a title by its beginning, once', async () => {
  const conversationId = await scene.ask(person, 'What is the capital of France?')
  await scene.reviewed(conversationId)
  expect((await read(conversationId)).conversation.title).toBe('A title')
  expect(scene.tasks('You give conversations titles').at(-1)).toBe(
    'User: "What is the capital of France?"\nCompanion: "I see."',
  )
  const before = scene.tasks('You give conversations titles').length
  await scene.ask(person, 'And of Spain?', { conversationId })
  await scene.reviewed(conversationId)
  expect(scene.tasks('You give conversations titles').length).toBe(before)
})

test('a title that its owner gave or took away stays so', async () => {
  const conversationId = await scene.ask(person, 'What is the capital of Italy?')
  await scene.reviewed(conversationId)
  await callAs(person, () => scene.service.bus.request(chat.renameConversation, { conversationId, title: null }))
  await scene.ask(person, 'And of Portugal?', { conversationId })
  await scene.reviewed(conversationId)
  expect((await read(conversationId)).conversation.title).toBeUndefined()
})

test('what the prompt no longer holds is summed up, and nothing is left out in between', async () => {
  const conversationId = await scene.ask(person, 'Question 1')
  for (let count = 2; count <= 9; count++) await scene.ask(person, `Question ${count}`, { conversationId })
  await scene.reviewed(conversationId)
  await scene.ask(person, 'What did we talk about?', { conversationId })
  expect(scene.lastPrompt()).toMatch(/Notes of what was said earlier[^]*\nNotes: \d+ lines\./)
  const summed = scene.tasks('You keep the notes').at(-1) ?? ''
  expect(summed).toContain('"Question 1"')
  const [row] = await scene.service.query(
    `SELECT count(*)::int AS since FROM messages m JOIN conversations c ON c.id = m.conversation_id
     WHERE c.id = '${conversationId}' AND m.id > c.summarized_to`,
  )
  // Four in the prompt at least, and no more than ten that are neither there nor summed up.
  expect(row?.['since']).toBeGreaterThanOrEqual(4)
  expect(row?.['since']).toBeLessThan(4 + 10 + 2)
})

test('without any model the title is the beginning of the question, and nothing fails', async () => {
  await using service = await openChat({ REVIEWS: 'on', REVIEW_QUIET_MS: '0' })
  const deviceId = newDevice()
  await collect(service.reply({ deviceId, text: 'tell me a joke' }))
  await expect
    .poll(() => service.query(`SELECT title FROM conversations WHERE device_id = '${deviceId}'`))
    .toEqual([{ title: 'tell me a joke' }])
})

test('what an instance left behind is found by the next one', async () => {
  await using other = await openMemoryScene({ findings: [] }, { REVIEW_QUIET_MS: '3600000' })
  const conversationId = await other.ask(person, 'Anybody there?')
  await other.service.query(
    `UPDATE conversations SET last_message_at = now() - interval '3 hours', reviewed_at = NULL, title = NULL, titled = false
     WHERE id = '${conversationId}'`,
  )
  await using _next = await other.service.openInstance({ REVIEW_QUIET_MS: '0' })
  await other.reviewed(conversationId)
  expect(await other.service.query(`SELECT title FROM conversations WHERE id = '${conversationId}'`)).toEqual([
    { title: 'A title' },
  ])
})
