import { randomBytes } from 'node:crypto'
import { createApp as createAudio } from '@parley/audio'
import { readConfig as readAudioConfig } from '@parley/audio/config'
import { createApp as createAuth } from '@parley/auth'
import { readConfig as readAuthConfig } from '@parley/auth/config'
import { createApp as createBilling } from '@parley/billing'
import { readConfig as readBillingConfig } from '@parley/billing/config'
import type { Bus } from '@parley/bus'
import { createApp as createChat } from '@parley/chat-llm'
import { readConfig as readChatConfig } from '@parley/chat-llm/config'
import { createApp as createDeviceHub, type DeviceHub } from '@parley/device-hub'
import { readHubConfig } from '@parley/device-hub/config'
import { createApp as createGateway, type Gateway } from '@parley/gateway'
import { readGatewayConfig } from '@parley/gateway/config'
import { createApp as createRtcProxy } from '@parley/rtc-proxy'
import { readRtcProxyConfig } from '@parley/rtc-proxy/config'
import { createLogger, type App, type Given } from '@parley/service-kit'
import { cornerEnvironment, openCorner, type Corner } from '@parley/testkit'
import { openCornerBus } from '@parley/test-caller'

export type ServiceName = 'auth' | 'billing' | 'chat-llm' | 'audio' | 'device-hub' | 'gateway' | 'rtc-proxy'

type Environment = Record<string, string>
type Start = (environment: Environment, given: Given) => Promise<App>

const logLevel = process.env['TEST_LOG_LEVEL'] ?? 'silent'

/** auth prints the link that makes the first administrator: it is listened to. */
const authLines: string[] = []

/** What a service is given: a log that is kept as `lines`, all of it, or is as loud as `TEST_LOG_LEVEL`. */
function givenTo(service: ServiceName, lines: string[] | undefined) {
  const keep = (line: string) => {
    lines?.push(line)
    if (service === 'auth') authLines.push(line)
  }
  if (lines) return { log: createLogger({ service, level: 'trace', destination: { write: keep } }) }
  if (service === 'auth') return { log: createLogger({ service, level: 'warn', destination: { write: keep } }) }
  return { log: createLogger({ service, level: logLevel }) }
}

/** Each service as its own process would start it, from the same variables. */
const starts: Record<ServiceName, Start> = {
  auth: (environment, given) => createAuth(readAuthConfig(environment), given),
  billing: (environment, given) => createBilling(readBillingConfig(environment), given),
  'chat-llm': (environment, given) => createChat(readChatConfig(environment), given),
  audio: (environment, given) => createAudio(readAudioConfig(environment), given),
  'device-hub': (environment, given) => createDeviceHub(readHubConfig(environment), given),
  gateway: (environment, given) => createGateway(readGatewayConfig(environment), given),
  'rtc-proxy': (environment, given) => createRtcProxy(readRtcProxyConfig(environment), given),
}

/** The whole platform in this process, in a corner of the run's servers. */
export type Platform = AsyncDisposable & {
  readonly hub: DeviceHub
  readonly gateway: Gateway
  /** Where apps reach it, without a proxy between. */
  readonly apiUrl: string
  readonly otaUrl: string
  readonly websocketUrl: string
  readonly bus: Bus
  readonly corner: Corner
  readonly apps: ReadonlyMap<ServiceName, App>
  /** Another instance of a service, with variables of its own; it belongs to the platform. */
  start: (name: ServiceName, environment?: Environment) => Promise<App>
  /** Ends the instance that the platform started last. */
  stop: (name: ServiceName) => Promise<void>
}

/**
 * Boots every service. `environment` is given to all of them, and what `only` gives to one; what they log, whatever its
 * level, comes to `lines`.
 */
export async function startPlatform(
  environment: Environment = {},
  { only = () => ({}), lines }: { only?: (service: ServiceName, corner: Corner) => Environment; lines?: string[] } = {},
): Promise<Platform> {
  await using stack = new AsyncDisposableStack()
  const corner = stack.use(await openCorner())
  const shared: Environment = {
    ...cornerEnvironment(corner),
    DEVICE_HUB_PORT: '0',
    GATEWAY_PORT: '0',
    RTC_PROXY_PORT: '0',
    DEVICE_TOKEN_SECRET: randomBytes(32).toString('hex'),
    PASSWORD_MEMORY_KIB: '1024',
    PASSWORD_PASSES: '1',
    RATE_LIMIT_LOGIN: '1000/60',
    SEND_LIMIT_CLIENT: '1000/3600',
    SEND_LIMIT_NETWORK: '1000/3600',
    SMS_PROVIDER: 'console',
    MAIL_PROVIDER: 'console',
    DATABASE_POOL_SIZE: '3',
    DRAIN_MS: '200',
    ...environment,
  }
  const apps = new Map<ServiceName, App>()

  async function start(name: ServiceName, own: Environment = {}): Promise<App> {
    const app = stack.use(await starts[name]({ ...shared, ...only(name, corner), ...own }, givenTo(name, lines)))
    apps.set(name, app)
    return app
  }

  for (const name of Object.keys(starts) as ServiceName[]) await start(name)
  const bus = stack.use(await openCornerBus(corner))
  const hub = apps.get('device-hub') as DeviceHub
  const gateway = apps.get('gateway') as Gateway
  const owned = stack.move()
  const address = `127.0.0.1:${hub.publicPort}`
  return {
    hub,
    gateway,
    apiUrl: `http://127.0.0.1:${gateway.publicPort}`,
    otaUrl: `http://${address}/xiaozhi/ota/`,
    websocketUrl: `ws://${address}/xiaozhi/v1/`,
    bus,
    corner,
    apps,
    start: async (name, own = {}) => {
      const app = await starts[name]({ ...shared, ...only(name, corner), ...own }, givenTo(name, lines))
      owned.use(app)
      apps.set(name, app)
      return app
    },
    stop: async (name) => {
      await apps.get(name)?.[Symbol.asyncDispose]()
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** What auth writes in its log instead of sending it, the newest last: what the pattern's group says. */
export function toldByAuth(pattern: RegExp): string[] {
  return authLines.flatMap((line) => pattern.exec(line)?.[1] ?? [])
}

/** The token of the newest link for making the first administrator. */
export function setupToken(): string {
  return toldByAuth(/\/setup#([\w-]+)/).at(-1) ?? ''
}

let devices = 0
/** A MAC address that no other device of this test file has. */
export function newDeviceId(): string {
  const tail = (++devices).toString(16).padStart(6, '0').match(/../g) ?? []
  return ['02', '00', '00', ...tail].join(':')
}
