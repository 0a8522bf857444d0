import { pinned, type Bus, type Subscription } from '@parley/bus'
import { device } from '@parley/contracts'
import type { Tenure } from '../domain/presence.ts'
import type { Session } from '../domain/session.ts'

/**
 * Serves the subjects of one connected device for as long as its connection lives: that they are served at all is how
 * the other services know that it is online.
 */
export function serveDevice(bus: Bus, deviceId: string, session: Session, tenure: Tenure): Subscription {
  return bus.pin(
    [
      pinned(device.call, (call, { signal }) => session.callTool(call, { signal })),
      pinned(device.say, ({ text }) => ({ accepted: session.say(text) })),
      pinned(device.changed, ({ ownerId, agentId }) => session.change({ ownerId, agentId })),
      pinned(device.kick, ({ reason, epoch }) => {
        if (tenure.hearOf(epoch)) session.close(reason)
      }),
    ],
    { deviceId },
  )
}
