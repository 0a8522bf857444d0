import type { Bus } from '@parley/bus'
import { deviceAlarms } from '@parley/contracts'
import type { DeviceAlarms } from '../extensions/plugin.ts'

/** What devices are going to say, set and told through whoever holds their sockets. */
export function createDeviceAlarms(bus: Bus): DeviceAlarms {
  return {
    set: (deviceId, alarm) => bus.request(deviceAlarms.setAlarmHere, alarm, { tokens: { deviceId } }),
    list: async (deviceId) => (await bus.request(deviceAlarms.listAlarmsHere, {}, { tokens: { deviceId } })).alarms,
    cancel: (deviceId, alarmId) => bus.request(deviceAlarms.cancelAlarmHere, { alarmId }, { tokens: { deviceId } }),
  }
}
