import type { Bus } from '@parley/bus'
import { device } from '@parley/contracts'
import type { AgentStore } from '../domain/ports.ts'
import type { Roles } from '../extensions/plugin.ts'

/** Agents as the roles of devices: which there are is known here, who answers on a device is said to whoever keeps devices. */
export function createRoles(bus: Bus, agents: Pick<AgentStore, 'listFor'>): Roles {
  return {
    list: (ownerId) => agents.listFor(ownerId),
    take: async (given) => {
      await bus.request(device.setAgent, given)
    },
  }
}
