import { Problem } from '@parley/contracts'
import { expect, test } from 'vitest'
import type { Pcm, Sentence } from '../../domain/ports.ts'
import { createGiven, createTestClock, createVoice } from './chain-fakes.ts'
import { createSynthesizerChain } from './synthesizer-chain.ts'

const never = new AbortController().signal
const sound = (value: number): Pcm => ({ samples: Int16Array.of(value), sampleRateHz: 16_000 })
const failed = () => new Problem('provider-failed', 'no')

function speaker(name: string, value: number, asked: Sentence[] = []) {
  return createVoice(name, async function* (sentence) {
    asked.push(sentence)
    yield sound(value)
  })
}
const mute = (name: string) =>
  createVoice(name, async function* () {
    yield* []
    throw failed()
  })
const say = (chain: ReturnType<typeof createSynthesizerChain>, voice: Sentence['voice'] = {}) =>
  Array.fromAsync(chain.synthesise({ text: 'hello', voice }, { signal: never }))

test('the next one speaks when one fails before its first sound', async () => {
  const { given, failures } = createGiven(createTestClock())
  using chain = createSynthesizerChain([mute('a'), speaker('b', 2)], given)
  expect(await say(chain)).toEqual([sound(2)])
  expect(failures).toEqual([['a', 'provider-failed']])
})

test('what was begun is not said again by another', async () => {
  const { given } = createGiven(createTestClock())
  const breaks = createVoice('a', async function* () {
    yield sound(1)
    throw failed()
  })
  using chain = createSynthesizerChain([breaks, speaker('b', 2)], given)
  await expect(say(chain)).rejects.toMatchObject({ code: 'provider-failed' })
})

test('who says nothing for too long is left, and let go', async () => {
  const { given, failures } = createGiven(createTestClock())
  let stopped = false
  const slow = createVoice('a', async function* (_sentence, { signal }) {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    stopped = true
    yield* []
  })
  using chain = createSynthesizerChain([slow, speaker('b', 2)], { ...given, patienceMs: 20 })
  expect(await say(chain)).toEqual([sound(2)])
  expect(failures).toEqual([['a', 'timeout']])
  expect(stopped).toBe(true)
})

test('a voice’s own provider is asked first, and its name is for nobody else', async () => {
  const { given } = createGiven(createTestClock())
  const [askedA, askedB]: [Sentence[], Sentence[]] = [[], []]
  using chain = createSynthesizerChain([speaker('a', 1, askedA), speaker('b', 2, askedB)], given)
  expect(await say(chain, { provider: 'b', name: 'lily', speed: 1.2 })).toEqual([sound(2)])
  expect(askedB[0]!.voice).toMatchObject({ name: 'lily', speed: 1.2 })
  expect(await say(chain, { name: 'amy' })).toEqual([sound(1)])
  expect(askedA[0]!.voice).toEqual({ name: 'amy' })

  using broken = createSynthesizerChain([speaker('a', 1, askedA), mute('b')], given)
  await say(broken, { provider: 'b', name: 'lily', speed: 1.2 })
  expect(askedA[1]!.voice).toEqual({ provider: 'b', speed: 1.2 })
})

test('the catalogue is everybody’s', async () => {
  const { given } = createGiven(createTestClock())
  using chain = createSynthesizerChain([speaker('a', 1), speaker('b', 2)], given)
  expect((await chain.voices()).map(({ name }) => name)).toEqual(['a-voice', 'b-voice'])
})
