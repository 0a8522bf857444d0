import { Problem } from '@parley/contracts'
import { describe, expect, test } from 'vitest'
import { createGiven, createLive, createTestClock, createWhole } from './chain-fakes.ts'
import { createRecogniserChain } from './recogniser-chain.ts'

const never = new AbortController().signal
const speech = Int16Array.of(1, 2, 3)
const failed = () => new Problem('provider-failed', 'no')
const settle = () => new Promise(setImmediate)

describe('a chain of recognisers', () => {
  test('asks the first one, and says who it was', async () => {
    const { given } = createGiven(createTestClock())
    using chain = createRecogniserChain(
      [createWhole('a', async () => ({ text: 'words' })), createWhole('b', async () => ({ text: 'other' }))],
      given,
    )
    const utterance = { samples: speech, sampleRateHz: 16_000 }
    expect(await chain.recognise(utterance, { signal: never })).toEqual({ text: 'words', provider: 'a' })
  })

  test('one that dies in the middle is followed by the next, which hears all of it', async () => {
    const { given, failures } = createGiven(createTestClock())
    const first = createLive('a')
    const heard: Int16Array[] = []
    using chain = createRecogniserChain(
      [first.recogniser, createWhole('b', async (samples) => (heard.push(samples), { text: 'words' }))],
      given,
    )
    const partials: string[] = []
    const session = chain.open({}, { signal: never, onPartial: (text) => partials.push(text) })
    session.push(Int16Array.of(1))
    first.tell('wor')
    session.push(Int16Array.of(2))
    first.reject(failed())
    await settle()
    session.push(Int16Array.of(3))
    session.end()
    session.push(Int16Array.of(4))
    expect(await session.result).toEqual({ text: 'words', provider: 'b' })
    expect(heard).toEqual([speech])
    expect(partials).toEqual(['wor'])
    expect(failures).toEqual([['a', 'provider-failed']])
  })

  test('a live one catches up with what was said', async () => {
    const { given } = createGiven(createTestClock())
    const [first, second] = [createLive('a'), createLive('b')]
    using chain = createRecogniserChain([first.recogniser, second.recogniser], given)
    const session = chain.open({}, { signal: never })
    session.push(Int16Array.of(1))
    first.reject(failed())
    await settle()
    session.push(Int16Array.of(2))
    expect(second.pushed.map(([sample]) => sample)).toEqual([1, 2])
    expect(first.aborted()).toBe(true)
    session.end()
    second.resolve({ text: 'words' })
    expect(await session.result).toMatchObject({ provider: 'b' })
  })

  test('patience begins with the end of the utterance, and ends for all but the last', async () => {
    const clock = createTestClock()
    const { given, failures } = createGiven(clock)
    const [first, last] = [createLive('a'), createLive('b')]
    using chain = createRecogniserChain([first.recogniser, last.recogniser], given)
    const session = chain.open({}, { signal: never })
    session.push(speech)
    clock.pass(60_000)
    await settle()
    expect(failures).toEqual([])
    session.end()
    await settle()
    clock.pass(1_000)
    await settle()
    expect(failures).toEqual([['a', 'timeout']])
    clock.pass(60_000)
    await settle()
    last.resolve({ text: 'late words' })
    expect(await session.result).toMatchObject({ text: 'late words' })
  })

  test('who fails in a row is left alone, and tried again after a rest', async () => {
    const clock = createTestClock()
    const { given, breakers } = createGiven(clock)
    let asked = 0
    let well = false
    const first = createWhole('a', () => (asked++, well ? Promise.resolve({ text: 'a' }) : Promise.reject(failed())))
    using chain = createRecogniserChain([first, createWhole('b', async () => ({ text: 'b' }))], given)
    const hear = async () => (await chain.recognise({ samples: speech, sampleRateHz: 16_000 }, { signal: never })).text
    expect([await hear(), await hear(), await hear(), await hear()]).toEqual(['b', 'b', 'b', 'b'])
    expect(asked).toBe(2)
    expect(breakers).toEqual([['a', true]])
    clock.pass(5_000)
    expect([await hear(), await hear()]).toEqual(['b', 'b'])
    expect(asked).toBe(3)
    // Twice as long, since it was not well yet.
    clock.pass(5_000)
    await hear()
    expect(asked).toBe(3)
    clock.pass(5_000)
    well = true
    expect([await hear(), await hear()]).toEqual(['a', 'a'])
    expect(breakers).toEqual([
      ['a', true],
      ['a', false],
    ])
  })

  test('one that can be probed comes back without anybody waiting for it', async () => {
    const clock = createTestClock()
    const { given, breakers } = createGiven(clock)
    let probes = 0
    let asked = 0
    const first = {
      ...createWhole('a', () => (asked++, Promise.reject(failed()))),
      probe: async () => {
        if (probes++ === 0) throw failed()
      },
    }
    using chain = createRecogniserChain([first, createWhole('b', async () => ({ text: 'b' }))], given)
    const hear = () => chain.recognise({ samples: speech, sampleRateHz: 16_000 }, { signal: never })
    await hear()
    await hear()
    clock.pass(5_000)
    await settle()
    await hear()
    expect([probes, asked, breakers.length]).toEqual([1, 2, 1])
    clock.pass(10_000)
    await settle()
    expect(breakers.at(-1)).toEqual(['a', false])
    await hear()
    expect(asked).toBe(3)
  })

  test('the last problem is the caller’s, and when all rest, all are tried', async () => {
    const { given } = createGiven(createTestClock())
    using chain = createRecogniserChain(
      [
        createWhole('a', () => Promise.reject(failed())),
        createWhole('b', () => Promise.reject(new Problem('provider-rejected', 'no'))),
      ],
      given,
    )
    for (let count = 0; count < 4; count++) {
      const session = chain.open({}, { signal: never })
      session.end()
      await expect(session.result).rejects.toMatchObject({ code: 'provider-rejected' })
    }
    await expect(chain.check()).rejects.toThrow()
  })

  test('an abort is nobody’s failure', async () => {
    const { given, failures } = createGiven(createTestClock())
    const first = createLive('a')
    using chain = createRecogniserChain([first.recogniser, createWhole('b', async () => ({ text: 'b' }))], given)
    const abort = new AbortController()
    const session = chain.open({}, { signal: abort.signal })
    session.push(speech)
    abort.abort(new Error('enough'))
    await expect(session.result).rejects.toThrow('enough')
    expect(failures).toEqual([])
    expect(first.aborted()).toBe(true)
  })
})
