import type { Bus } from '@parley/bus'
import { app } from '@parley/contracts'
import type { Audience } from '../domain/ports.ts'

/** The user's group on the bus: the gateways that hold sockets of the user's apps listen there. */
export function createAudience(bus: Bus): Audience {
  return { tell: (userId, update) => bus.publish(app.update, update, { tokens: { userId } }) }
}
