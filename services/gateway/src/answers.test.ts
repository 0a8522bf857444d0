import type { Bus } from '@parley/bus'
import { chat, type StreamContract } from '@parley/contracts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAnswers, type Answers } from './answers.ts'

// What only shows after minutes, or after thousands of answers.

let stopped = 0
let text: string
/** A bus on which every question is answered with `text`, and then nothing more until it is stopped. */
const bus = {
  handle: () => ({ stop: () => undefined, [Symbol.asyncDispose]: () => Promise.resolve() }),
  stream: async function* (contract: StreamContract, _input: unknown, { signal }: { signal: AbortSignal }) {
    if (contract !== chat.ask) throw new Error('nothing else is asked')
    signal.addEventListener('abort', () => stopped++)
    for (const piece of text.match(/.{1,65536}/g) ?? []) yield { type: 'text-delta', text: piece }
    await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
  },
} as unknown as Bus

let answers: Answers
beforeEach(() => {
  vi.useFakeTimers()
  stopped = 0
  text = 'Once'
  answers = createAnswers(bus)
})
afterEach(async () => {
  await answers[Symbol.asyncDispose]()
  vi.useRealTimers()
})

const begin = () => answers.begin('ada', { turnId: crypto.randomUUID(), text: 'tell me' })
const never = new AbortController().signal

test('an answer to which nobody listens is made for two minutes, then stopped and forgotten', async () => {
  const id = begin()
  await vi.advanceTimersByTimeAsync(119_000)
  const parts = answers.follow('ada', id, 0, never)[Symbol.asyncIterator]()
  expect((await parts.next()).value).toMatchObject({ sequence: 1, part: { text: 'Once' } })
  await vi.advanceTimersByTimeAsync(600_000)
  expect(stopped).toBe(0)
  await parts.return?.()
  await vi.advanceTimersByTimeAsync(121_000)
  expect(stopped).toBe(1)
  expect(() => answers.follow('ada', id, 0, never)).toThrow('not known any more')
})

test('who leaves while nothing is said is no listener any more', async () => {
  const leave = new AbortController()
  const parts = answers.follow('ada', begin(), 1, leave.signal)[Symbol.asyncIterator]()
  const next = parts.next()
  leave.abort()
  await expect(next).rejects.toThrow('aborted')
  await vi.advanceTimersByTimeAsync(121_000)
  expect(stopped).toBe(1)
})

test('an answer that does not end by itself ends at half a megabyte', async () => {
  text = 'x'.repeat(1_000_000)
  const parts = answers.follow('ada', begin(), 0, never)
  await expect(Array.fromAsync(parts)).rejects.toMatchObject({ code: 'too-large' })
})

test('too many at once are refused; those that have ended make place', async () => {
  const ids = Array.from({ length: 20_000 }, begin)
  expect(begin).toThrow('Too many answers')
  await vi.advanceTimersByTimeAsync(1)
  expect(await answers.stop('ada', ids[7] ?? '')).toBe(true)
  await vi.advanceTimersByTimeAsync(1)
  begin()
  expect(() => answers.follow('ada', ids[7] ?? '', 0, never)).toThrow('not known any more')
})
