import { toProblem } from '@parley/contracts'
import type { Logger } from '@parley/service-kit'
import { Histogram, type Registry } from 'prom-client'
import type { VoiceChatCloud } from './domain/ports.ts'

/** What the vendor says of an answer beside its content. */
type Metadata = { RequestId?: unknown; Error?: { Code?: unknown } }

/** A cloud whose calls are measured and logged: one line each, with the vendor's request id, without its words. */
export function meterCloud(
  cloud: VoiceChatCloud,
  { metrics, log }: { metrics: Registry; log: Logger },
): VoiceChatCloud {
  const seconds = new Histogram({
    name: 'parley_rtc_call_seconds',
    help: 'Calls of the RTC cloud by action, and by what came of them: ok, refused, or the code of a problem',
    labelNames: ['action', 'outcome'] as const,
    buckets: [0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 6, 10],
    registers: [metrics],
  })

  return {
    call: async (sceneId, action, version, body) => {
      const startedAt = performance.now()
      function note(outcome: string, details: object): void {
        const durationMs = performance.now() - startedAt
        seconds.observe({ action, outcome }, durationMs / 1_000)
        log.info({ action, sceneId, outcome, durationMs: Math.round(durationMs), ...details }, 'rtc cloud')
      }
      try {
        const answer = await cloud.call(sceneId, action, version, body)
        const metadata = (answer['ResponseMetadata'] ?? {}) as Metadata
        const refusal = metadata.Error?.Code
        note(refusal === undefined ? 'ok' : 'refused', { vendorRequestId: metadata.RequestId, refusal })
        return answer
      } catch (error) {
        note(toProblem(error).code, {})
        throw error
      }
    },
  }
}
