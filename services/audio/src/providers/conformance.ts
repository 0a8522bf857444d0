import type { ProblemCode } from '@parley/contracts'
import { describe, expect, test } from 'vitest'
import { listenRateHz, type Pcm, type Recogniser, type RecognitionSession, type Synthesizer } from '../domain/ports.ts'
import { asPcm } from './opus/decode-sound.ts'

type Opened<Port> = Port & Partial<AsyncDisposable> & Partial<Disposable>
/** A way in which the provider fails, and the problem that it must become. */
export type FailureCase<Port> = {
  when: string
  open: () => Promise<Opened<Port>>
  code: ProblemCode
  /** Shows only while speech is under way. */
  live?: boolean
}

/** How soon an aborted provider must let go. */
const cancelBoundMs = 500
const never = new AbortController().signal
const silence = { samples: new Int16Array(listenRateHz), sampleRateHz: listenRateHz }

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

    test('hears words while they are said, and says so when it says that it does', async () => {
      await using opened = stackOf(await given.open())
      const { open, capabilities, warm } = opened.port
      warm?.()
      const partials: string[] = []
      const session = open({}, { signal: never, onPartial: (text) => partials.push(text) })
      const { samples } = await given.speech()
      const speech = pushSlowly(session, new Int16Array([...samples, ...samples]))
      if (capabilities.partials) await expect.poll(() => partials.length, { timeout: 3_000 }).toBeGreaterThan(0)
      await speech
      expect(capabilities.partials || partials.length === 0).toBe(true)
      const { samples: once } = await given.speech()
      const whole = open({}, { signal: never })
      whole.push(once.subarray(0, once.length / 2))
      whole.push(once.subarray(once.length / 2))
      whole.end()
      whole.end()
      whole.push(once)
      expect((await whole.result).text).toBe(given.text)
      session.end()
      await session.result
    })

    test('hears nothing in silence', async () => {
      await using opened = stackOf(await given.openSilent())
      expect((await opened.port.recognise(silence, { signal: never })).text).toBe('')
      const session = opened.port.open({}, { signal: never })
      session.push(silence.samples)
      session.end()
      expect((await session.result).text).toBe('')
    })

    test('lets go when it is cancelled', async () => {
      await using opened = stackOf(await given.openSlow())
      const abort = new AbortController()
      const speech = await given.speech()
      const work = opened.port.recognise(speech, { signal: abort.signal })
      await expectCancelled(work, abort)
      await expect(opened.port.recognise(speech, { signal: abort.signal })).rejects.toBe(abort.signal.reason)
    })

    test('lets go while somebody speaks', async () => {
      await using opened = stackOf(await given.openSlow())
      const abort = new AbortController()
      const session = opened.port.open({}, { signal: abort.signal })
      session.push((await given.speech()).samples)
      await expectCancelled(session.result, abort)
      session.push(silence.samples)
      session.end()
    })

    test.each(given.failures)('$when is $code while somebody speaks', async ({ open, code }) => {
      await using opened = stackOf(await open())
      const session = opened.port.open({}, { signal: never })
      session.push((await given.speech()).samples)
      session.end()
      await expect(session.result).rejects.toMatchObject({ name: 'Problem', code })
    })

    test.each(given.failures.filter(({ live }) => !live))('$when is $code', async ({ open, code }) => {
      await using opened = stackOf(await open())
      const work = opened.port.recognise(await given.speech(), { signal: never })
      await expect(work).rejects.toMatchObject({ name: 'Problem', code })
    })
  })
}

/** Speech at twice its pace, as a device sends it. */
async function pushSlowly(session: RecognitionSession, samples: Int16Array): Promise<void> {
  const piece = listenRateHz / 10
  for (let at = 0; at < samples.length; at += piece) {
    session.push(samples.subarray(at, at + piece))
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
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

    test('gives what it says that it gives', async () => {
      await using opened = stackOf(await given.open())
      const { capabilities, synthesise, voices, warm } = opened.port
      warm?.()
      const pieces = await Array.fromAsync(synthesise(sentence, { signal: never }))
      expect(pieces.every((piece) => 'packets' in piece === capabilities.opusOut)).toBe(true)
      const rates = pieces.flatMap((piece) => ('packets' in piece ? [] : piece.sampleRateHz))
      expect(rates.every((rate) => capabilities.sampleRatesHz.includes(rate))).toBe(true)
      expect((await voices()).every((voice) => voice.name !== '' && voice.title !== '')).toBe(true)
    })

    test('says one sentence after the other', async () => {
      await using opened = stackOf(await given.open())
      for (let count = 0; count < 2; count++) {
        const pieces = await Array.fromAsync(opened.port.synthesise(sentence, { signal: never }))
        expect(pieces.length).toBeGreaterThan(0)
      }
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
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      port[Symbol.dispose]?.()
      await port[Symbol.asyncDispose]?.()
    },
  }
}
