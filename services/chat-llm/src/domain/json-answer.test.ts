import { describe, expect, test } from 'vitest'
import { generateJson, generateWithSystem } from './generate.ts'
import { createJsonCheck } from './json-answer.ts'
import type { LanguageModel, ModelPart, ModelRequest } from './language-model.ts'

const schema = { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] }
const format = { type: 'json-schema', name: 'person', schema } as const

describe('what counts as the JSON that was wanted', () => {
  test.each([
    ['bare', '{"age":5}'],
    ['in a fence', '```json\n{"age":5}\n```'],
    ['in a fence without a language', 'Here it is:\n```\n{"age":5}\n```\nAnything else?'],
    ['with words around it', 'Sure! {"age":5} — there you are.'],
  ])('%s', (_, text) => {
    expect(createJsonCheck(format)(text)).toEqual({ ok: true, json: '{"age":5}', value: { age: 5 } })
  })

  test.each([
    ['words', 'five', /not valid JSON/],
    ['cut off', '{"age":', /not valid JSON/],
    ['something else', '{"age":"five"}', /answer\/age must be integer/],
  ])('not %s', (_, text, wrong) => {
    expect(createJsonCheck(format)(text)).toMatchObject({ ok: false, wrong: expect.stringMatching(wrong) as string })
  })

  test('any object without a schema, and no bare value', () => {
    expect(createJsonCheck({ type: 'json' })('{"a":[1]}')).toMatchObject({ ok: true })
    expect(createJsonCheck({ type: 'json' })('[1]')).toMatchObject({ ok: false })
  })

  test('a schema that is none is refused before anybody is asked', () => {
    const bad = { ...format, schema: { type: 'no-such-type' } }
    expect(() => createJsonCheck(bad)).toThrow(/not a JSON Schema/)
    const huge = { ...format, schema: { enum: Array.from({ length: 9_000 }, (_, index) => `${index}`) } }
    expect(() => createJsonCheck(huge)).toThrow(/more than 32000 characters/)
  })

  test('a pattern keeps nobody busy', () => {
    const slow = { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } }
    const check = createJsonCheck({ ...format, schema: slow })
    expect(check(JSON.stringify({ a: `${'a'.repeat(40)}!` }))).toMatchObject({ ok: true })
  })
})

/** A model that says these texts one after the other. */
function saying(...texts: string[]): LanguageModel & { requests: ModelRequest[] } {
  const requests: ModelRequest[] = []
  async function* stream(request: ModelRequest): AsyncGenerator<ModelPart, void> {
    requests.push(structuredClone(request))
    yield { type: 'answering', provider: 'p', model: 'm' }
    yield { type: 'text-delta', text: texts[requests.length - 1] ?? '' }
    yield { type: 'finished', reason: 'stop', usage: { inputTokens: 1, outputTokens: 1 } }
  }
  return { name: 'p', model: 'm', stream, requests }
}
const { signal } = new AbortController()
const asked = { system: 'Say how old.', text: 'Tim is five.' }

test('a model that does not keep to the schema is told what is wrong, once', async () => {
  const model = saying('He is five.', '```json\n{"age":5}\n```')
  expect(await generateJson(model, asked, format, signal)).toEqual({ age: 5 })
  expect(model.requests[1]?.messages.slice(2)).toEqual([
    { role: 'assistant', text: 'He is five.' },
    { role: 'user', text: 'This is not valid JSON. Answer with the corrected JSON and nothing else.' },
  ])
  await expect(generateJson(saying('no', 'no'), asked, format, signal)).rejects.toMatchObject({
    code: 'provider-failed',
  })
})

test('a text by a model has its system prompt, and no blanks around it', async () => {
  const model = saying('\n Five. ')
  expect(await generateWithSystem(model, asked, signal)).toBe('Five.')
  expect(model.requests[0]?.messages).toEqual([
    { role: 'system', text: 'Say how old.' },
    { role: 'user', text: 'Tim is five.' },
  ])
})
