import type { Logger } from '@parley/service-kit'
import { Counter, Histogram, type Registry } from 'prom-client'
import type { Observer } from './domain/ports.ts'

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32]

/** Metrics, one log line for each question and one for each voice chat; never what was said. */
export function createObserver({ metrics, log }: { metrics: Registry; log: Logger }): Observer & {
  refused: (path: string, code: string) => void
} {
  const registers = [metrics]
  const whole = new Histogram({
    name: 'parley_rtc_question_seconds',
    help: 'Questions of the RTC cloud to our model, by what came of them',
    labelNames: ['outcome'],
    buckets,
    registers,
  })
  const firstText = new Histogram({
    name: 'parley_rtc_first_text_seconds',
    help: 'From a question of the RTC cloud to the first text of its answer',
    buckets,
    registers,
  })
  const heard = new Counter({
    name: 'parley_rtc_messages_total',
    help: 'Messages and events of the RTC cloud, by kind',
    labelNames: ['kind'],
    registers,
  })
  const chats = new Histogram({
    name: 'parley_rtc_voice_chat_seconds',
    help: 'Voice chats by why they ended',
    labelNames: ['reason'],
    buckets: [1, 5, 15, 60, 180, 600, 1_800, 3_600],
    registers,
  })
  const refused = new Counter({
    name: 'parley_rtc_callbacks_refused_total',
    help: 'Callbacks that were refused',
    labelNames: ['path', 'code'],
    registers,
  })

  return {
    asked: (record) => {
      const { outcome, firstTextMs, totalMs } = record
      whole.observe({ outcome }, totalMs / 1_000)
      if (firstTextMs !== undefined) firstText.observe(firstTextMs / 1_000)
      log[outcome === 'failed' ? 'warn' : 'info'](record, 'rtc question')
    },
    heard: (kind) => heard.inc({ kind }),
    ended: ({ taskId, roomId, sceneId, ownerId, answered, told }, reason, counts, durationMs) => {
      chats.observe({ reason }, durationMs / 1_000)
      const about = { taskId, roomId, sceneId, guest: ownerId === undefined, answered, told }
      log.info({ ...about, reason, ...counts, durationMs: Math.round(durationMs) }, 'rtc voice chat')
    },
    failed: (what, error, about) => log.warn({ error, ...about }, what),
    refused: (path, code) => refused.inc({ path, code }),
  }
}
