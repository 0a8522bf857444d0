import type { Bus } from '@parley/bus'
import { billing } from '@parley/contracts'
import type { Credits } from '../../domain/paying.ts'

/** Credits by the billing service. */
export function createCredits(bus: Bus): Credits {
  const time = (seconds: number) => ({ type: 'voice-chat' as const, seconds })
  return {
    reserve: async ({ seconds, ...hold }) => {
      await bus.request(billing.reserve, { ...hold, most: [time(seconds)], purpose: 'voice-chat' })
    },
    extend: async ({ seconds, ...hold }) =>
      void (await bus.request(billing.extend, { ...hold, most: [time(seconds)] })),
    settle: async (holdId, seconds) => void (await bus.request(billing.settle, { holdId, used: time(seconds) })),
    void: async (holdId) => void (await bus.request(billing.void, { holdId })),
  }
}
