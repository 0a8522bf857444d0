import type { Bus } from '@parley/bus'
import { device } from '@parley/contracts'
import type { Devices } from '../../domain/ports.ts'

/** The registry of devices, which device-hub has. */
export function createDevices(bus: Bus): Devices {
  return {
    authenticate: async (proof) => {
      const { ownerId } = await bus.request(device.authenticate, proof)
      return { ownerId }
    },
  }
}
