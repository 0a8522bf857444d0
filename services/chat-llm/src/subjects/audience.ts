import type { Bus } from '@parley/bus'
import { app } from '@parley/contracts'
import type { Logger } from '@parley/service-kit'
import type { Audience } from '../domain/ports.ts'

/**
 * The user's group on the bus: the gateways that hold sockets of the user's apps listen there. What cannot be told is
 * logged: no conversation fails because nobody can watch it.
 */
export function createAudience(bus: Bus, log: Logger): Audience {
  return {
    tell: (userId, update) => {
      try {
        bus.publish(app.update, update, { tokens: { userId } })
      } catch (error) {
        log.warn({ error, update: update.type }, 'apps were not told')
      }
    },
  }
}
