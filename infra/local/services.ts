import { Refusal } from './refusal.ts'
import { portIsFree } from './servers/port.ts'
import { texts } from './terminal.ts'

/** A port, the variable that moves it, and where it is unless moved. */
export type PortSetting = { variable: string; fallback: number }

/** A process of Parley. */
export type Service = {
  name: string
  /** Its program, relative to the clone. */
  entry: string
  /** Where the world reaches it. */
  publicPort?: PortSetting
  /** Where it answers about its health; the service itself knows this one as `INTERNAL_PORT`. */
  internalPort: PortSetting
}

/** A service with its ports settled. */
export type PlacedService = Service & { port: number | undefined; healthPort: number }

/** Every service there is, in the order in which they are listed to people. */
export const services: readonly Service[] = [
  service('gateway', 8180, { variable: 'GATEWAY_PORT', fallback: 8080 }),
  service('device-hub', 8100, { variable: 'DEVICE_HUB_PORT', fallback: 8000 }),
  service('auth', 8101),
  service('audio', 8102),
  service('chat-llm', 8184, { variable: 'MCP_ENDPOINT_PORT', fallback: 8104 }),
  service('billing', 8106),
  service('rtc-proxy', 8185, { variable: 'RTC_PROXY_PORT', fallback: 8105 }),
]

function service(name: string, healthPort: number, publicPort?: PortSetting): Service {
  const variable = `${name.toUpperCase().replaceAll('-', '_')}_INTERNAL_PORT`
  return { name, entry: `services/${name}/src/main.ts`, publicPort, internalPort: { variable, fallback: healthPort } }
}

/**
 * Settles every service's ports from the environment.
 * @throws Refusal that names the port which is taken or no port at all, and the variable to change
 */
export async function placeServices(
  list: readonly Service[],
  environment: NodeJS.ProcessEnv,
): Promise<PlacedService[]> {
  return Promise.all(
    list.map(async (service) => ({
      ...service,
      port: service.publicPort && (await settle(service.name, service.publicPort, environment)),
      healthPort: await settle(service.name, service.internalPort, environment),
    })),
  )
}

async function settle(
  owner: string,
  { variable, fallback }: PortSetting,
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const value = environment[variable] || String(fallback)
  const port = Number(value)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Refusal(texts.badPort(variable, value))
  if (!(await portIsFree(port))) throw new Refusal(texts.portTaken(port, owner, variable))
  return port
}
