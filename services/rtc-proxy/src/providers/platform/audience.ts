import type { Bus } from '@parley/bus'
import { app } from '@parley/contracts'
import type { Audience } from '../../domain/ports.ts'

/** The apps of people: the gateways that hold their sockets listen there. */
export function createAudience(bus: Bus): Audience {
  return { tell: (userId, update) => bus.publish(app.update, update, { tokens: { userId } }) }
}
