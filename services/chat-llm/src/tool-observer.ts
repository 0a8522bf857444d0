import type { Logger } from '@parley/service-kit'
import { Counter, Histogram, type Registry } from 'prom-client'
import type { HookObserver } from './domain/hooks/turn-hooks.ts'
import type { ToolboxPorts } from './domain/tools/toolbox.ts'

const seconds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32]

/** Metrics and one log line for each call of a tool, and for each time that a hook steps in; never anyone's words. */
export function createToolObserver(log: Logger, metrics: Registry): ToolboxPorts['observer'] & HookObserver {
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
  const steppedIn = new Counter({
    name: 'parley_chat_hooks_total',
    help: 'Times that a hook refused or changed something, or failed',
    labelNames: ['hook', 'moment', 'did'],
    registers,
  })

  return {
    hookActed: ({ turnId, hook, moment, did }) => {
      steppedIn.inc({ hook, moment, did })
      log.info({ turnId, hook, moment, did }, 'a hook stepped in')
    },
    hookFailed: ({ turnId, hook, moment }, error) => {
      steppedIn.inc({ hook, moment, did: 'failed' })
      log.error({ turnId, hook, moment, error }, 'a hook failed')
    },
    toolCalled: (record) => {
      const { origin, ms, failed, stopped, error } = record
      duration.observe({ origin, outcome: stopped ?? (failed ? 'failed' : 'done') }, ms / 1_000)
      log[error === undefined ? 'info' : 'error']({ ...record, ms: Math.round(ms) }, 'tool called')
    },
    sourceLate: (source, error) => {
      late.inc({ source })
      log.warn({ source, error }, 'tools are not listed in time')
    },
  }
}
