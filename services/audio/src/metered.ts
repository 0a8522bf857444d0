import { toProblem } from '@parley/contracts'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Recogniser, Recognition, Synthesizer } from './domain/ports.ts'

const buckets = [0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2, 4, 8]

/** What providers cost in time, and how they fail. */
export type ProviderMetrics = ReturnType<typeof createProviderMetrics>

export function createProviderMetrics(registry: Registry) {
  const registers = [registry]
  const labelNames = ['provider'] as const
  return {
    recognition: new Histogram({
      name: 'parley_recognition_seconds',
      help: 'From the end of an utterance to its text',
      labelNames,
      buckets,
      registers,
    }),
    firstPcm: new Histogram({
      name: 'parley_synthesis_first_pcm_seconds',
      help: 'From a sentence to its first sound',
      labelNames,
      buckets,
      registers,
    }),
    failures: new Counter({
      name: 'parley_audio_provider_failures_total',
      help: 'Failures of providers by problem code',
      labelNames: ['provider', 'side', 'code'] as const,
      registers,
    }),
    phrases: new Counter({
      name: 'parley_audio_phrases_total',
      help: 'Fixed phrases that were wanted, by whether their sound was there',
      labelNames: ['provider', 'kept'] as const,
      registers,
    }),
    resting: new Gauge({
      name: 'parley_audio_provider_resting',
      help: '1 while a provider is left alone after failures in a row',
      labelNames: ['provider', 'side'] as const,
      registers,
    }),
  }
}

/** A recogniser whose answers are timed. Cancelled work counts nowhere. */
export function meterRecogniser(recogniser: Recogniser, metrics: ProviderMetrics): Recogniser {
  const provider = recogniser.name
  const timed = (startedAt: number) => (heard: Recognition) => {
    metrics.recognition.observe({ provider }, (performance.now() - startedAt) / 1_000)
    return heard
  }
  return {
    ...recogniser,
    recognise: (utterance, options) => recogniser.recognise(utterance, options).then(timed(performance.now())),
    open: (request, options) => {
      const session = recogniser.open(request, options)
      let endedAt = performance.now()
      const end = () => {
        endedAt = performance.now()
        session.end()
      }
      const result = session.result.then((heard) => timed(endedAt)(heard))
      result.catch(() => undefined)
      return { push: session.push, end, result }
    },
  }
}

/** A synthesizer whose first sounds are timed. */
export function meterSynthesizer(synthesizer: Synthesizer, metrics: ProviderMetrics): Synthesizer {
  const provider = synthesizer.name
  return {
    ...synthesizer,
    async *synthesise(sentence, options) {
      const startedAt = performance.now()
      let first = true
      for await (const pcm of synthesizer.synthesise(sentence, options)) {
        if (first) metrics.firstPcm.observe({ provider }, (performance.now() - startedAt) / 1_000)
        first = false
        yield pcm
      }
    },
  }
}

/** What became of a provider's failure. */
export function countFailure(metrics: ProviderMetrics, provider: string, side: string, problem: unknown): void {
  metrics.failures.inc({ provider, side, code: toProblem(problem).code })
}
