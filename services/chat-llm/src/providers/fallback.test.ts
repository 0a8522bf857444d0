import { Problem, type ProblemCode } from '@parley/contracts'
import { createBreaker } from '@parley/service-kit'
import { expect, test } from 'vitest'
import type { LanguageModel, ModelPart } from '../domain/language-model.ts'
import { createFallback, type Member } from './fallback.ts'

type Step = 'answers' | 'breaks-off' | ProblemCode

/** A model whose vendor does what it is told, and timers that end when they are told to. */
function member(name: string, ...steps: Step[]) {
  const asked: number[] = []
  const waiting: (() => void)[] = []
  async function* stream(): AsyncGenerator<ModelPart, void> {
    const step = steps[Math.min(asked.length, steps.length - 1)] ?? 'answers'
    asked.push(1)
    if (step !== 'answers' && step !== 'breaks-off') throw new Problem(step, 'no')
    yield { type: 'answering', provider: name, model: name }
    if (step === 'breaks-off') throw new Problem('provider-failed', 'broke off')
    yield { type: 'finished', reason: 'stop' }
  }
  const model: LanguageModel = { name, model: name, stream }
  const breaker = createBreaker({
    clock: {
      after: (_, action) => {
        waiting.push(action)
        return () => undefined
      },
    },
    settings: { failures: 3, restMs: 1_000, mostRestMs: 1_000 },
    probe: undefined,
    onChange: () => undefined,
  })
  return { model, breaker, asked, restIsOver: () => waiting.pop()?.() } satisfies Member & Record<string, unknown>
}

async function ask(model: LanguageModel, prefer?: string): Promise<string> {
  const request = { messages: [{ role: 'user' as const, text: 'hi' }], tools: [], sampling: {}, prefer }
  for await (const part of model.stream(request, { signal: new AbortController().signal }))
    if (part.type === 'answering') return part.provider
  return 'nobody'
}

test.each<ProblemCode>(['provider-rejected', 'provider-failed', 'timeout'])('%s goes to the next one', async (code) => {
  const failures: string[] = []
  const onFailure = (name: string, problem: Problem) => failures.push(`${name} ${problem.code}`)
  const chain = createFallback([member('one', code), member('two', 'answers')], { onFailure })
  expect(await ask(chain)).toBe('two')
  expect(failures).toEqual([`one ${code}`])
})

test('not once something was said', async () => {
  const second = member('two')
  const chain = createFallback([member('one', 'breaks-off'), second], { onFailure: () => undefined })
  const parts = chain.stream({ messages: [], tools: [], sampling: {} }, { signal: new AbortController().signal })
  await expect(Array.fromAsync(parts)).rejects.toMatchObject({ code: 'provider-failed' })
  expect(second.asked).toEqual([])
})

test('one that failed three times in a row is passed over, until a trial goes well', async () => {
  const first = member('one', 'timeout', 'timeout', 'timeout', 'answers')
  const chain = createFallback([first, member('two')], { onFailure: () => undefined })
  for (let turn = 1; turn <= 5; turn++) expect(await ask(chain)).toBe('two')
  expect(first.asked.length).toBe(3)
  first.restIsOver()
  expect(await ask(chain)).toBe('one')
  expect(await ask(chain)).toBe('one')
})

test('refusals leave it in its place: they may be about the question', async () => {
  const first = member('one', 'provider-rejected')
  const chain = createFallback([first, member('two')], { onFailure: () => undefined })
  for (let turn = 1; turn <= 5; turn++) await ask(chain)
  expect(first.asked.length).toBe(5)
})

test('when all of them rest, they are asked all the same', async () => {
  const only = member('one', 'timeout', 'timeout', 'timeout', 'answers')
  const chain = createFallback([only], { onFailure: () => undefined })
  for (let turn = 1; turn <= 3; turn++) await expect(ask(chain)).rejects.toMatchObject({ code: 'timeout' })
  expect(await ask(chain)).toBe('one')
})

test('the model that a request prefers comes first, and the others behind it', async () => {
  const preferred = member('wanted', 'answers', 'timeout')
  const find = async (id: string) => (id === 'wanted' ? preferred : undefined)
  const chain = createFallback([member('one'), member('two')], { find, onFailure: () => undefined })
  expect(await ask(chain, 'wanted')).toBe('wanted')
  expect(await ask(chain, 'wanted')).toBe('one')
  expect(await ask(chain, 'gone')).toBe('one')
})
