import type { Bus } from '@parley/bus'
import { createPublicFetch, createVendorFetch } from '@parley/service-kit'
import type { AgentStore } from '../domain/ports.ts'
import { createDeviceAlarms } from '../subjects/alarms.ts'
import { createRoles } from '../subjects/roles.ts'
import type { PluginServices } from './plugin.ts'

/** What plugins work with here. */
export function createPluginServices(
  { timeZone, outboundPrivateHosts }: { timeZone: string; outboundPrivateHosts: readonly string[] },
  { bus, agents }: { bus: Bus; agents: AgentStore },
): PluginServices {
  return {
    fetch: createVendorFetch(),
    publicFetch: createPublicFetch({ privateHosts: outboundPrivateHosts }),
    now: () => new Date(),
    timeZone,
    roles: createRoles(bus, agents),
    alarms: createDeviceAlarms(bus),
  }
}
