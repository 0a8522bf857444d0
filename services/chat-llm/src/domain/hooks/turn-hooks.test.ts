import { describe, expect, test } from 'vitest'
import type { AnswerPart } from '../answer.ts'
import type { Persona } from '../ports.ts'
import { filtered } from './filtered.ts'
import type { Hook, HookTurn } from './hook.ts'
import { createHooks } from './turn-hooks.ts'
import { createWordFilter } from './word-filter.ts'

const turn = { turnId: 't1', agent: {} as Persona } as HookTurn
const never = new AbortController().signal

function scene(...hooks: Partial<Hook>[]) {
  const acted: string[] = []
  const failures: string[] = []
  const timeouts: { ms: number; controller: AbortController }[] = []
  const timeout = (ms: number) => {
    const controller = new AbortController()
    timeouts.push({ ms, controller })
    return controller.signal
  }
  const observer = {
    hookActed: ({ hook, moment, did }: { hook: string; moment: string; did: string }) =>
      void acted.push(`${hook} ${moment} ${did}`),
    hookFailed: ({ hook, moment }: { hook: string; moment: string }) => void failures.push(`${hook} ${moment}`),
  }
  const full = hooks.map((hook, index): Hook => ({ name: `h${index}`, order: 100, onFailure: 'go-on', ...hook }))
  const begin = createHooks(full, { clock: { timeout }, observer })
  const expire = () => timeouts.forEach(({ controller }) => controller.abort(new Error('late')))
  return { hooks: begin(turn, never), acted, failures, expire, timeouts }
}

describe('before the prompt', () => {
  test('hooks are asked in their order, and each sees what the one before made', async () => {
    const { hooks, acted } = scene(
      { name: 'second', order: 2, beforePrompt: ({ text }) => ({ text: `${text}!`, note: 'Be brief.' }) },
      { name: 'first', order: 1, beforePrompt: async ({ text }) => ({ text: text.toUpperCase() }) },
      { name: 'idle', order: 3, beforePrompt: () => undefined },
    )
    expect(await hooks.ask('hello')).toEqual({ text: 'HELLO!', notes: ['Be brief.'] })
    expect(acted).toEqual(['first beforePrompt changed', 'second beforePrompt changed'])
  })

  test('one that refuses is the end of it', async () => {
    let asked = false
    const later = () => {
      asked = true
      return undefined
    }
    const { hooks } = scene({ order: 1, beforePrompt: () => ({ refuse: true }) }, { order: 2, beforePrompt: later })
    expect(await hooks.ask('hello')).toBeUndefined()
    expect(asked).toBe(false)
  })

  test.each<
    [onFailure: Hook['onFailure'], how: string, beforePrompt: NonNullable<Hook['beforePrompt']>, goesOn: boolean]
  >([
    ['go-on', 'throws', () => Promise.reject(new Error('no')), true],
    ['refuse', 'throws', () => Promise.reject(new Error('no')), false],
    ['go-on', 'never answers', () => new Promise(() => undefined), true],
    ['refuse', 'never answers', () => new Promise(() => undefined), false],
  ])('a hook that says %s and %s', async (onFailure, _how, beforePrompt, goesOn) => {
    const { hooks, failures, expire, timeouts } = scene({ onFailure, beforePrompt })
    const asking = hooks.ask('hello')
    expire()
    expect((await asking) !== undefined).toBe(goesOn)
    expect(failures).toEqual(['h0 beforePrompt'])
    expect(timeouts.map(({ ms }) => ms)).toEqual([200])
  })
})

describe('tools', () => {
  const call = { name: 'door', origin: 'plugin', arguments: { open: true } } as const

  test('a call is refused with the reason, and one that nobody minds is made', async () => {
    const onToolCall: Hook['onToolCall'] = ({ arguments: { open } }) => (open ? { refuse: 'Not at night.' } : undefined)
    const { hooks } = scene({ onToolCall })
    expect(await hooks.calling(call)).toBe('Not at night.')
    expect(await hooks.calling({ ...call, arguments: {} })).toBeUndefined()
  })

  test('a hook that fails closed lets no call and no result through', async () => {
    const failing = () => {
      throw new Error('no')
    }
    const closed = scene({ onFailure: 'refuse', onToolCall: failing, onToolResult: failing }).hooks
    expect(await closed.calling(call)).toBeDefined()
    expect(await closed.called({ ...call, trusted: false, text: 'secret' })).not.toContain('secret')
    const open = scene({ onToolCall: failing, onToolResult: failing }).hooks
    expect(await open.calling(call)).toBeUndefined()
    expect(await open.called({ ...call, trusted: false, text: 'news' })).toBe('news')
  })

  test('a result passes through every hook', async () => {
    const adding = (more: string): Partial<Hook> => ({ onToolResult: ({ text }) => ({ text: text + more }) })
    expect(await scene(adding('b'), adding('c')).hooks.called({ ...call, trusted: true, text: 'a' })).toBe('abc')
  })
})

describe('the answer', () => {
  async function* partsOf(...texts: (string | AnswerPart)[]): AsyncGenerator<AnswerPart, void> {
    for (const text of texts) yield typeof text === 'string' ? { type: 'text-delta', text } : text
    yield { type: 'finished', reason: 'stop' }
  }
  async function pass(given: ReturnType<typeof scene>, ...texts: (string | AnswerPart)[]) {
    const parts: AnswerPart[] = []
    for await (const part of filtered(partsOf(...texts), given.hooks, { language: 'en', question: 'hi' }))
      parts.push(part)
    const text = parts.map((part) => (part.type === 'text-delta' ? part.text : `<${part.type}>`)).join('')
    return { text, end: parts.at(-1) }
  }
  const words = (list: string[]): Partial<Hook> => ({ onDelta: () => createWordFilter(list).stream() })

  test('a word that comes in two pieces is not said, and the answer ends with a refusal', async () => {
    const ends: string[] = []
    const looking: Partial<Hook> = { afterAnswer: ({ text, reason }) => void ends.push(`${reason}: ${text}`) }
    const { text, end } = await pass(scene(words(['secret']), looking), 'The sec', 'ret is', ' out')
    expect(text).toBe('The I would rather not talk about that.<finished>')
    expect(end).toEqual({ type: 'finished', reason: 'content-filter' })
    expect(ends).toEqual(['content-filter: The '])
  })

  test('what is held back is said before a tool is called and before the end', async () => {
    const start: AnswerPart = { type: 'tool-start', name: 'x' }
    expect((await pass(scene(words(['secret'])), 'Let me sec', start, 'se')).text).toBe(
      'Let me sec<tool-start>se<finished>',
    )
  })

  test('filters are chained, also when the first one stops', async () => {
    const { text } = await pass(scene(words(['one']), words(['two three'])), 'two ', 'one three')
    expect(text).toBe('two I would rather not talk about that.<finished>')
  })

  test('a filter that fails lets everything pass, or nothing', async () => {
    const failing: Partial<Hook> = {
      onDelta: () => ({
        push: () => {
          throw new Error('no')
        },
        flush: () => ({ text: '' }),
      }),
    }
    const open = scene(failing)
    expect((await pass(open, 'one', ' two')).text).toBe('one two<finished>')
    expect(open.failures).toEqual(['h0 onDelta'])
    expect((await pass(scene({ ...failing, onFailure: 'refuse' }), 'one')).end).toMatchObject({
      reason: 'content-filter',
    })
  })

  test('without a hook that cares it passes as it is, and those who look on are told', async () => {
    const ends: string[] = []
    const looking: Partial<Hook> = { afterAnswer: ({ text }) => void ends.push(text) }
    expect((await pass(scene(looking, { afterAnswer: () => Promise.reject(new Error('no')) }), 'a', 'b')).text).toBe(
      'ab<finished>',
    )
    expect(ends).toEqual(['ab'])
  })
})
