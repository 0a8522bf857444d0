import type { Logger } from '@parley/service-kit'
import { Problem } from '@parley/contracts'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Heard } from './domain/listening.ts'
import type { TurnReport } from './domain/turn-report.ts'

const buckets = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1, 1.5, 2, 3, 5, 10]

/** Counts turns and times their stages, and writes the one wide log line of each. */
export function createTurnMetrics(metrics: Registry, log: Logger, connected: () => number) {
  const registers = [metrics]
  const stage = new Histogram({
    name: 'parley_turn_stage_seconds',
    help: 'From the end of speech (or the typed text) to a stage of the turn',
    labelNames: ['stage'],
    buckets,
    registers,
  })
  const turns = new Counter({
    name: 'parley_turns_total',
    help: 'Turns by how they ended',
    labelNames: ['outcome'],
    registers,
  })
  new Gauge({
    name: 'parley_device_connections',
    help: 'Connected devices',
    registers,
    collect() {
      this.set(connected())
    },
  })

  return (report: TurnReport, heard: Heard | undefined) => {
    const from = heard?.endOfSpeechAt ?? report.startedAt
    const since = (at: number | undefined) => (at === undefined ? undefined : Math.round(at - from))
    const stages = {
      heard: since(report.startedAt),
      firstText: since(report.firstTextAt),
      firstSegment: since(report.firstSegmentAt),
      firstPacket: since(report.firstPacketAt),
      firstFrame: since(report.firstFrameAt),
    }
    for (const [name, ms] of Object.entries(stages)) if (ms !== undefined) stage.observe({ stage: name }, ms / 1_000)
    const outcome = report.problem ? 'failed' : report.interrupted ? 'interrupted' : 'completed'
    turns.inc({ outcome })
    const { turnId, frames, interrupted, mindProvider, problem } = report
    const line = {
      turnId,
      outcome,
      stagesMs: stages,
      totalMs: since(report.endedAt),
      frames,
      interrupted,
      recognition: heard && { provider: heard.provider, ms: heard.recognitionMs },
      mindProvider,
      ...(problem !== undefined && { problem: problem instanceof Problem ? problem.code : 'internal', error: problem }),
    }
    log[report.problem ? 'warn' : 'info'](line, 'turn')
  }
}
