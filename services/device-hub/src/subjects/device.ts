import { pinned, type Bus, type Subscription } from '@parley/bus'
import { device, deviceAlarms, deviceCommands } from '@parley/contracts'
import type { Alarms } from '../domain/alarms.ts'
import type { Tenure } from '../domain/presence.ts'
import type { Session } from '../domain/session-ports.ts'

/** Until what is due has been said. */
const ringMarginMs = 10_000

/**
 * Serves the subjects of one connected device for as long as its connection lives: that they are served at all is how
 * the other services know that it is online.
 */
export function serveDevice(
  bus: Bus,
  deviceId: string,
  session: Session,
  tenure: Tenure,
  { alarms, onCommands }: { alarms: Pick<Alarms, 'set' | 'list' | 'cancel'>; onCommands: () => void },
): Subscription {
  return bus.pin(
    () => [
      pinned(device.call, (call, { signal }) => session.callTool(call, { signal })),
      pinned(device.say, ({ text }) => ({ accepted: session.say(text) })),
      pinned(device.tools, () => ({ tools: session.tools() })),
      pinned(device.look, async (picture) => ({ text: await session.look(picture) })),
      pinned(device.changed, ({ ownerId, agentId, settings }) => session.change({ ownerId, agentId, settings })),
      pinned(deviceAlarms.setAlarmHere, async (given) => {
        const alarm = await alarms.set(deviceId, given)
        // Devices cannot be called: one that went meanwhile would be told only when it is back.
        session.stayFor(Date.parse(alarm.dueAt) - Date.now() + ringMarginMs)
        return alarm
      }),
      pinned(deviceAlarms.listAlarmsHere, () => alarms.list(deviceId)),
      pinned(deviceAlarms.cancelAlarmHere, ({ alarmId }) => alarms.cancel(deviceId, alarmId)),
      pinned(deviceCommands.commandsWait, onCommands),
      pinned(device.kick, ({ reason, epoch }) => {
        if (tenure.hearOf(epoch)) session.close(reason)
      }),
    ],
    { deviceId },
  )
}
