import type { Bus } from '@parley/bus'
import { deviceAlarms } from '@parley/contracts'
import type { Alarms } from '../domain/alarms.ts'

/** Serves what owners want their devices to say later, wherever these are. */
export function serveAlarms(bus: Bus, alarms: Alarms): void {
  bus.handle(deviceAlarms.setAlarm, async ({ deviceId, ...alarm }, { identity }) => {
    await alarms.checkOwner(identity.userId, deviceId)
    return alarms.set(deviceId, alarm)
  })
  bus.handle(deviceAlarms.listAlarms, async ({ deviceId }, { identity }) => {
    await alarms.checkOwner(identity.userId, deviceId)
    return alarms.list(deviceId)
  })
  bus.handle(deviceAlarms.cancelAlarm, async ({ deviceId, alarmId }, { identity }) => {
    await alarms.checkOwner(identity.userId, deviceId)
    return alarms.cancel(deviceId, alarmId)
  })
}
