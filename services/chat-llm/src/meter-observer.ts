import type { Logger } from '@parley/service-kit'
import { Counter, type Registry } from 'prom-client'
import type { MeterObserver } from './domain/metering.ts'

/** Metrics of what is paid for, and of each reason why something is not. */
export function createMeterObserver({ log, metrics }: { log: Logger; metrics: Registry }): MeterObserver {
  const registers = [metrics]
  const metered = new Counter({
    name: 'parley_chat_metered_total',
    help: 'Answers that were paid for, by what is known of their tokens and by who paid',
    labelNames: ['basis', 'by'],
    registers,
  })
  const unbilled = new Counter({
    name: 'parley_chat_unbilled_total',
    help: 'Questions that nobody paid for, by why',
    labelNames: ['class'],
    registers,
  })
  return {
    metered: (basis, by) => metered.inc({ basis, by }),
    unbilled: (why, error) => {
      unbilled.inc({ class: why })
      if (why === 'lost' || why === 'expired') log.error({ error, class: why }, 'an answer was not paid for')
    },
  }
}
