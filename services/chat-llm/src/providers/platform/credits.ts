import type { Bus } from '@parley/bus'
import { billing } from '@parley/contracts'
import type { Credits } from '../../domain/metering.ts'

/** Credits by the billing service. */
export function createCredits(bus: Bus): Credits {
  return {
    reserve: async ({ models, most, ...hold }) => {
      await bus.request(billing.reserve, {
        ...hold,
        most: models.map((model) => ({ type: 'tokens' as const, model, ...most })),
      })
    },
    settle: async (holdId, used, options) =>
      (await bus.request(billing.settle, { holdId, used: { type: 'tokens', ...used }, ...options })).state,
    void: async (holdId) => (await bus.request(billing.void, { holdId })).state,
  }
}
