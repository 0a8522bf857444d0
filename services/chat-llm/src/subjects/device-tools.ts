import type { Bus } from '@parley/bus'
import { device } from '@parley/contracts'
import type { DeviceTools } from '../domain/ports.ts'

/** The tools of devices, called through whoever holds their sockets. */
export function createDeviceTools(bus: Bus): DeviceTools {
  return {
    call: (deviceId, call, { timeoutMs, signal }) =>
      bus.request(device.call, call, { tokens: { deviceId }, timeoutMs, signal }),
  }
}
