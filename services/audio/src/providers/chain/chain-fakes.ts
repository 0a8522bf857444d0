import type { Problem } from '@parley/contracts'
import { streamed } from '../../domain/adapters.ts'
import type { Clock, Recogniser, Recognition, RecogniserCapabilities, Synthesizer } from '../../domain/ports.ts'
import type { ChainGiven } from './members.ts'

/** What the tests of chains are made of: a clock that is moved, and providers that do what they are told. */
export function createTestClock(): Clock & { pass: (ms: number) => void } {
  const timers = new Map<() => void, number>()
  let now = 0
  return {
    nowMs: () => now,
    after: (delayMs, action) => {
      const own = () => action()
      timers.set(own, now + delayMs)
      return () => timers.delete(own)
    },
    pass: (ms) => {
      now += ms
      for (const [action, at] of Array.from(timers)) if (at <= now && timers.delete(action)) action()
    },
  }
}

export function createGiven(clock: Clock) {
  const failures: [string, string][] = []
  const breakers: [string, boolean][] = []
  const given: ChainGiven = {
    clock,
    patienceMs: 1_000,
    breaker: { failures: 2, restMs: 5_000, mostRestMs: 20_000 },
    onFailure: (provider: string, { code }: Problem) => failures.push([provider, code]),
    onBreaker: (provider, open) => breakers.push([provider, open]),
  }
  return { given, failures, breakers }
}

export const capabilities: RecogniserCapabilities = {
  streaming: false,
  partials: false,
  sampleRatesHz: [16_000],
  languages: 'any',
  opusIn: false,
  wordTimes: false,
  longestMs: 60_000,
}

/** A recogniser of finished utterances. */
export function createWhole(name: string, hear: (samples: Int16Array) => Promise<Recognition>): Recogniser {
  return streamed({ name, capabilities, recognise: ({ samples }) => hear(samples), check: () => undefined })
}

/** A recogniser of live speech that fails, or answers, when it is told to. */
export function createLive(name: string) {
  const pushed: Int16Array[] = []
  const { promise, resolve, reject } = Promise.withResolvers<Recognition>()
  let partial: ((text: string) => void) | undefined
  let signal: AbortSignal | undefined
  const recogniser: Recogniser = {
    name,
    capabilities: { ...capabilities, streaming: true, partials: true },
    open: (_request, options) => {
      partial = options.onPartial
      signal = options.signal
      return { push: (samples) => pushed.push(samples), end: () => undefined, result: promise }
    },
    recognise: () => promise,
    check: () => undefined,
  }
  promise.catch(() => undefined)
  return {
    recogniser,
    pushed,
    resolve,
    reject,
    tell: (text: string) => partial?.(text),
    aborted: () => signal?.aborted,
  }
}

export function createVoice(name: string, say: Synthesizer['synthesise']): Synthesizer {
  return {
    name,
    capabilities: {
      streaming: true,
      languages: 'any',
      sampleRatesHz: [16_000],
      opusOut: false,
      speed: true,
      pitch: true,
      volume: true,
      longestText: 5_000,
    },
    synthesise: say,
    voices: async () => [{ name: `${name}-voice`, title: name, languages: [] }],
    check: () => undefined,
  }
}
