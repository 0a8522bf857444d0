import type { Logger } from '@parley/service-kit'
import { Counter, Histogram, type Registry } from 'prom-client'
import type { ReplyObserver } from './domain/ports.ts'

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64]

/** Metrics and one log line for each reply; never what was said. */
export function createReplyObserver({ log, metrics }: { log: Logger; metrics: Registry }): ReplyObserver {
  const registers = [metrics]
  const labelNames = ['provider', 'outcome']
  const total = new Histogram({
    name: 'parley_chat_reply_seconds',
    help: 'Whole replies',
    labelNames,
    buckets: seconds,
    registers,
  })
  const firstText = new Histogram({
    name: 'parley_chat_first_text_seconds',
    help: 'From the question to the first text',
    labelNames: ['provider'],
    buckets: seconds,
    registers,
  })
  const tokens = new Counter({
    name: 'parley_chat_tokens_total',
    help: 'Tokens as the vendor counts them',
    labelNames: ['provider', 'direction'],
    registers,
  })
  const failures = new Counter({
    name: 'parley_chat_failures_total',
    help: 'Failed replies',
    labelNames: ['provider', 'code'],
    registers,
  })
  const tools = new Counter({
    name: 'parley_chat_tool_calls_total',
    help: 'Calls of tools, as they end',
    labelNames: ['failed'],
    registers,
  })
  const lost = new Counter({
    name: 'parley_chat_messages_lost_total',
    help: 'Messages that could not be stored',
    labelNames: ['role'],
    registers,
  })

  return {
    replied: (record) => {
      const { outcome, problem, usage, firstTextMs, totalMs } = record
      const provider = record.provider ?? 'none'
      total.observe({ provider, outcome }, totalMs / 1_000)
      if (firstTextMs !== undefined) firstText.observe({ provider }, firstTextMs / 1_000)
      if (usage) tokens.inc({ provider, direction: 'input' }, usage.inputTokens)
      if (usage) tokens.inc({ provider, direction: 'output' }, usage.outputTokens)
      for (const { failed } of record.tools) tools.inc({ failed: String(failed) })
      if (problem) failures.inc({ provider, code: problem.code })
      const { problem: _, ...fields } = record
      log[problem ? 'warn' : 'info']({ ...fields, ...(problem && { problem: problem.code }) }, 'reply')
    },
    messageLost: (error, { turnId, role }) => {
      lost.inc({ role })
      log.error({ error, turnId, role }, 'a message was not stored')
    },
  }
}
