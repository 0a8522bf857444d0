import type { Logger } from '@parley/service-kit'
import { Counter, Histogram, type Registry } from 'prom-client'
import type { ToolboxPorts } from './domain/tools/toolbox.ts'

const seconds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32]

/** Metrics and one log line for each call of a tool; never what it was given or gave. */
export function createToolObserver(log: Logger, metrics: Registry): ToolboxPorts['observer'] {
  const registers = [metrics]
  const duration = new Histogram({
    name: 'parley_chat_tool_seconds',
    help: 'Calls of tools',
    labelNames: ['origin', 'outcome'],
    buckets: seconds,
    registers,
  })
  const late = new Counter({
    name: 'parley_chat_tool_sources_late_total',
    help: 'Turns that went on without the new list of a source of tools',
    labelNames: ['source'],
    registers,
  })

  return {
    toolCalled: (record) => {
      const { origin, ms, failed, stopped } = record
      duration.observe({ origin, outcome: stopped ?? (failed ? 'failed' : 'done') }, ms / 1_000)
      log.info({ ...record, ms: Math.round(ms) }, 'tool called')
    },
    sourceLate: (source, error) => {
      late.inc({ source })
      log.warn({ source, error }, 'tools are not listed in time')
    },
  }
}
