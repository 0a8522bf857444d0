import { pinned, type Bus, type Subscription } from '@parley/bus'
import { device, deviceCommands } from '@parley/contracts'
import type { Tenure } from '../domain/presence.ts'
import type { Session } from '../domain/session-ports.ts'

/**
 * Serves the subjects of one connected device for as long as its connection lives: that they are served at all is how
 * the other services know that it is online.
 */
export function serveDevice(
  bus: Bus,
  deviceId: string,
  session: Session,
  tenure: Tenure,
  onCommands: () => void,
): Subscription {
  return bus.pin(
    () => [
      pinned(device.call, (call, { signal }) => session.callTool(call, { signal })),
      pinned(device.say, ({ text }) => ({ accepted: session.say(text) })),
      pinned(device.tools, () => ({ tools: session.tools() })),
      pinned(device.look, async (picture) => ({ text: await session.look(picture) })),
      pinned(device.changed, ({ ownerId, agentId, settings }) => session.change({ ownerId, agentId, settings })),
      pinned(deviceCommands.commandsWait, onCommands),
      pinned(device.kick, ({ reason, epoch }) => {
        if (tenure.hearOf(epoch)) session.close(reason)
      }),
    ],
    { deviceId },
  )
}
