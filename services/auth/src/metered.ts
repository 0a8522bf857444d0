import type { Logger } from '@parley/service-kit'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { DispatchPorts } from './domain/dispatch.ts'

export type CodeMeter = Pick<DispatchPorts, 'onSent'> & { onVerified: () => void }

const windowMs = 3_600_000
/** With fewer there is nothing to be said about their share. */
const leastSent = 20
const leastShare = 0.3

/**
 * Counts what is sent, and how much of the codes is used. Whoever only wants us to pay for messages never uses one: a share
 * that is too low within an hour is an alarm in the log, once an hour, and a metric for others.
 */
export function createCodeMeter({ metrics, log, now }: { metrics: Registry; log: Logger; now: () => Date }): CodeMeter {
  let sent: number[] = []
  let verified: number[] = []
  let alarmedAt = Number.NEGATIVE_INFINITY
  const messages = new Counter({
    name: 'parley_messages_total',
    help: 'Messages to people by kind, and by what came of them: sent, failed, limited, breaker',
    labelNames: ['kind', 'outcome'] as const,
    registers: [metrics],
  })
  const used = new Counter({
    name: 'parley_login_codes_used_total',
    help: 'Codes by SMS with which somebody logged in',
    registers: [metrics],
  })
  new Gauge({
    name: 'parley_sms_used_ratio',
    help: 'The share of the SMS of the last hour whose code was used; 1 while there are fewer than 20',
    registers: [metrics],
    collect() {
      this.set(share())
    },
  })

  function share(): number {
    const from = now().getTime() - windowMs
    sent = sent.filter((at) => at > from)
    verified = verified.filter((at) => at > from)
    return sent.length < leastSent ? 1 : verified.length / sent.length
  }

  function alarm(): void {
    const current = share()
    if (current >= leastShare || now().getTime() - alarmedAt < windowMs) return
    alarmedAt = now().getTime()
    log.error(
      { sent: sent.length, used: verified.length },
      'few of the codes that were sent are used: somebody is pumping SMS',
    )
  }

  return {
    onSent: (kind, outcome) => {
      messages.inc({ kind, outcome })
      if (outcome === 'breaker') log.error('no more SMS in this hour: SMS_HOURLY_LIMIT is reached')
      if (kind !== 'phone' || outcome !== 'sent') return
      sent.push(now().getTime())
      alarm()
    },
    onVerified: () => {
      used.inc()
      verified.push(now().getTime())
    },
  }
}
