import type { ProblemCode } from '@parley/contracts'
import { describe, expect, test } from 'vitest'
import type { Pcm, Recogniser, Synthesizer } from '../domain/ports.ts'
import { asPcm } from './opus/decode-sound.ts'

type Opened<Port> = Port & Partial<AsyncDisposable>
/** A way in which the provider fails, and the problem that it must become. */
export type FailureCase<Port> = { when: string; open: () => Promise<Opened<Port>>; code: ProblemCode }

/** How soon an aborted provider must let go. */
const cancelBoundMs = 500
const never = new AbortController().signal

export type RecogniserCase = {
  open: () => Promise<Opened<Recogniser>>
  openSilent: () => Promise<Opened<Recogniser>>
  /** Still at work when it is cancelled. */
  openSlow: () => Promise<Opened<Recogniser>>
  speech: () => Promise<Pcm>
  text: string
  failures: FailureCase<Recogniser>[]
}

/** What every recogniser promises. */
export function describeRecogniser(name: string, given: RecogniserCase): void {
  describe(`recogniser ${name}`, () => {
    test('hears words', async () => {
      await using opened = stackOf(await given.open())
      const { text } = await opened.port.recognise(await given.speech(), { signal: never })
      expect(text).toBe(given.text)
      await opened.port.check()
    })

    test('hears nothing in silence', async () => {
      await using opened = stackOf(await given.openSilent())
      const silence = { samples: new Int16Array(16_000), sampleRateHz: 16_000 }
      expect((await opened.port.recognise(silence, { signal: never })).text).toBe('')
    })

    test('lets go when it is cancelled', async () => {
      await using opened = stackOf(await given.openSlow())
      const abort = new AbortController()
      const speech = await given.speech()
      const work = opened.port.recognise(speech, { signal: abort.signal })
      await expectCancelled(work, abort)
      await expect(opened.port.recognise(speech, { signal: abort.signal })).rejects.toBe(abort.signal.reason)
    })

    test.each(given.failures)('$when is $code', async ({ open, code }) => {
      await using opened = stackOf(await open())
      const work = opened.port.recognise(await given.speech(), { signal: never })
      await expect(work).rejects.toMatchObject({ name: 'Problem', code })
    })
  })
}

export type SynthesizerCase = {
  open: () => Promise<Opened<Synthesizer>>
  /** Still at work when it is cancelled. */
  openSlow: () => Promise<Opened<Synthesizer>>
  text: string
  durationMs: { least: number; most: number }
  failures: FailureCase<Synthesizer>[]
}

/** What every synthesizer promises. */
export function describeSynthesizer(name: string, given: SynthesizerCase): void {
  const sentence = { text: given.text, voice: {} }

  describe(`synthesizer ${name}`, () => {
    test('gives sound of about the right length', async () => {
      await using opened = stackOf(await given.open())
      const pieces = await Array.fromAsync(asPcm(opened.port.synthesise(sentence, { signal: never })))
      const { sampleRateHz } = pieces[0]!
      const samples = pieces.flatMap((piece) => [...piece.samples])
      const durationMs = (samples.length / sampleRateHz) * 1_000
      expect(pieces.every((piece) => piece.sampleRateHz === sampleRateHz)).toBe(true)
      expect(durationMs).toBeGreaterThan(given.durationMs.least)
      expect(durationMs).toBeLessThan(given.durationMs.most)
      expect(Math.sqrt(samples.reduce((sum, value) => sum + value ** 2, 0) / samples.length)).toBeGreaterThan(300)
      await opened.port.check()
    })

    test('lets go when it is cancelled', async () => {
      await using opened = stackOf(await given.openSlow())
      const abort = new AbortController()
      const work = Array.fromAsync(opened.port.synthesise(sentence, { signal: abort.signal }))
      await expectCancelled(work, abort)
    })

    test.each(given.failures)('$when is $code', async ({ open, code }) => {
      await using opened = stackOf(await open())
      const work = Array.fromAsync(opened.port.synthesise(sentence, { signal: never }))
      await expect(work).rejects.toMatchObject({ name: 'Problem', code })
    })
  })
}

async function expectCancelled(work: Promise<unknown>, abort: AbortController): Promise<void> {
  work.catch(() => undefined)
  await new Promise(setImmediate)
  const startedAt = performance.now()
  const reason = new Error('enough')
  abort.abort(reason)
  await expect(work).rejects.toBe(reason)
  expect(performance.now() - startedAt).toBeLessThan(cancelBoundMs)
}

function stackOf<Port>(port: Opened<Port>): AsyncDisposable & { port: Port } {
  return { port, [Symbol.asyncDispose]: async () => port[Symbol.asyncDispose]?.() }
}
