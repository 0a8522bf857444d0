import { toProblem } from '@parley/contracts'
import { Counter, Histogram, type Registry } from 'prom-client'
import type { Recogniser, Synthesizer } from './domain/ports.ts'

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
  }
}

/** A recogniser that counts. Cancelled work counts nowhere. */
export function meterRecogniser(recogniser: Recogniser, metrics: ProviderMetrics): Recogniser {
  const provider = recogniser.name
  return {
    ...recogniser,
    recognise: async (utterance, options) => {
      const startedAt = performance.now()
      try {
        const heard = await recogniser.recognise(utterance, options)
        metrics.recognition.observe({ provider }, (performance.now() - startedAt) / 1_000)
        return heard
      } catch (error) {
        if (!options.signal.aborted)
          metrics.failures.inc({ provider, side: 'recognition', code: toProblem(error).code })
        throw error
      }
    },
  }
}

/** A synthesizer that counts. */
export function meterSynthesizer(synthesizer: Synthesizer, metrics: ProviderMetrics): Synthesizer {
  const provider = synthesizer.name
  return {
    ...synthesizer,
    async *synthesise(sentence, options) {
      const startedAt = performance.now()
      let first = true
      try {
        for await (const pcm of synthesizer.synthesise(sentence, options)) {
          if (first) metrics.firstPcm.observe({ provider }, (performance.now() - startedAt) / 1_000)
          first = false
          yield pcm
        }
      } catch (error) {
        if (!options.signal.aborted) metrics.failures.inc({ provider, side: 'synthesis', code: toProblem(error).code })
        throw error
      }
    },
  }
}
