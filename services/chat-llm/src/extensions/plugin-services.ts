import type { Bus } from '@parley/bus'
import { createPublicFetch, createVendorFetch } from '@parley/service-kit'
import type { AgentStore } from '../domain/ports.ts'
import { createDeviceAlarms } from '../subjects/alarms.ts'
import { createRoles } from '../subjects/roles.ts'
import type { PluginPictures, PluginServices } from './plugin.ts'

/** What plugins work with here. */
export function createPluginServices(
  { timeZone, outboundPrivateHosts }: { timeZone: string; outboundPrivateHosts: readonly string[] },
  { bus, agents, pictures }: { bus: Bus; agents: AgentStore; pictures: PluginPictures },
): PluginServices {
  return {
    fetch: createVendorFetch(),
    publicFetch: createPublicFetch({ privateHosts: outboundPrivateHosts }),
    now: () => new Date(),
    timeZone,
    roles: createRoles(bus, agents),
    pictures,
    alarms: createDeviceAlarms(bus),
  }
}
