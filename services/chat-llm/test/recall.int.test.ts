import { memory } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openMemoryScene, type MemoryScene } from './memory-scene.ts'

let scene: MemoryScene
const person = newPerson()
beforeAll(async () => {
  scene = await openMemoryScene({ findings: [] }, { MEMORY_IN_PROMPT: '600', EMBEDDING_MODEL: 'e' })
  const { bus } = scene.service
  const texts = [
    'The user has a dog called Rex.',
    '用户喜欢喝绿茶。',
    ...Array.from({ length: 60 }, (_, index) => `The user noted matter ${index} of no interest whatsoever today.`),
  ]
  for (const text of texts) await callAs(person, () => bus.request(memory.addFact, { text }))
})
afterAll(() => scene[Symbol.asyncDispose]())

test.each([
  ['by its words', 'What is the name of my dog?', 'a dog called Rex'],
  ['by its meaning', 'Should I buy a puppy?', 'a dog called Rex'],
  ['by pairs of Chinese characters', '我喜欢喝什么？', '用户喜欢喝绿茶'],
])('of many facts the one that matters is found %s', async (_, question, fact) => {
  await scene.ask(person, question)
  expect(scene.lastPrompt()).toContain(fact)
})

test('a prompt has no more of them than it has room for', async () => {
  await scene.ask(person, 'What is of interest today?')
  const facts = scene
    .lastPrompt()
    .split('\n')
    .filter((line) => line.startsWith('- '))
  expect(facts.length).toBeGreaterThan(5)
  const characters = facts.reduce((sum, line) => sum + line.replace(/ \([^)]*\)$/, '').length - 2, 0)
  expect(characters).toBeLessThanOrEqual(600)
})
