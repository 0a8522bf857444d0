import type { Bus } from '@parley/bus'
import { device } from '@parley/contracts'
import type { DeviceLoginPorts } from '../../domain/device-logins.ts'

/** Asks device-hub whether a device is who it says. */
export function createDeviceProofs(bus: Bus): Pick<DeviceLoginPorts, 'authenticate'> {
  return { authenticate: (deviceId, proof) => bus.request(device.authenticate, { deviceId, ...(proof && { proof }) }) }
}
