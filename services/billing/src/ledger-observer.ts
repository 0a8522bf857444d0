import type { Reconciliation } from '@parley/contracts'
import type { Logger } from '@parley/service-kit'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Holds } from './domain/holds.ts'

/** Metrics of the books. */
export function createLedgerObserver({ log, metrics }: { log: Logger; metrics: Registry }) {
  const registers = [metrics]
  const wrong = new Gauge({
    name: 'parley_billing_books_wrong',
    help: 'What the last proof of the books found wrong: anything but 0 is an alarm',
    registers,
  })
  const operations = new Counter({
    name: 'parley_billing_holds_total',
    help: 'What was asked of holds, and what came of it',
    labelNames: ['operation', 'outcome'],
    registers,
  })
  const borne = new Counter({
    name: 'parley_billing_borne_micro_total',
    help: 'Micro-credits that the platform bore',
    registers,
  })
  const expired = new Counter({
    name: 'parley_billing_holds_expired_total',
    help: 'Holds that nobody settled in time',
    registers,
  })

  return {
    expired: (count: number) => expired.inc(count),
    proved: (books: Reconciliation) => {
      const { sum, unbalanced, wrongPosted, wrongHeld, wrongGrants } = books
      const count = Math.abs(sum) + unbalanced + wrongPosted + wrongHeld + wrongGrants
      wrong.set(count)
      if (count > 0) log.error({ books }, 'the books are wrong')
    },
    /** The same holds, counted. */
    counted: (holds: Holds): Holds => {
      const count =
        <Input>(operation: string, work: (input: Input) => ReturnType<Holds['void']>) =>
        async (input: Input) => {
          try {
            const hold = await work(input)
            operations.inc({ operation, outcome: hold.state })
            if (operation === 'settle' && hold.borne) borne.inc(hold.borne)
            return hold
          } catch (error) {
            operations.inc({ operation, outcome: (error as { code?: string }).code ?? 'failed' })
            throw error
          }
        }
      return {
        reserve: count('reserve', holds.reserve),
        extend: count('extend', holds.extend),
        settle: count('settle', holds.settle),
        void: count('void', holds.void),
      }
    },
  }
}
