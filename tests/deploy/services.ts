import { readConfig as readAudio, variables as audio } from '@parley/audio/config'
import { readConfig as readAuth, variables as auth } from '@parley/auth/config'
import { readConfig as readBilling, variables as billing } from '@parley/billing/config'
import { readConfig as readChat, variables as chat } from '@parley/chat-llm/config'
import { readHubConfig, variables as hub } from '@parley/device-hub/config'
import { readGatewayConfig, variables as gateway } from '@parley/gateway/config'
import { readRtcProxyConfig, variables as rtcProxy } from '@parley/rtc-proxy/config'
import type { Variable } from '@parley/service-kit'

type Environment = Record<string, string>

/** A service by its own configuration. */
export type ServiceConfig = {
  /** Every name that it reads, aliases among them. */
  names: Set<string>
  /** Where the data stores are that it uses: they must be told, whatever their defaults. */
  stores: string[]
  /** What it takes for a port when nobody tells it. */
  internalPort: number
  publicPort: number | undefined
  /** @throws ConfigError for anything that is wrong or missing */
  read: (environment: Environment) => unknown
}

const storeNames = ['NATS_URL', 'REDIS_URL', 'DATABASE_URL']

function describeService(
  variables: Record<string, Variable>,
  read: (environment: Environment) => unknown,
): ServiceConfig {
  const all = Object.values(variables)
  const portOf = (variable: Variable | undefined) => variable?.schema.parse(undefined) as number | undefined
  return {
    names: new Set(all.flatMap(({ name, aliases }) => [name, ...aliases])),
    stores: storeNames.filter((name) => all.some((variable) => variable.name === name)),
    internalPort: portOf(variables['internalPort']) ?? 0,
    publicPort: portOf(variables['publicPort']),
    read,
  }
}

export const services: Record<string, ServiceConfig> = {
  audio: describeService(audio, readAudio),
  auth: describeService(auth, readAuth),
  billing: describeService(billing, readBilling),
  'chat-llm': describeService(chat, readChat),
  'device-hub': describeService(hub, readHubConfig),
  gateway: describeService(gateway, readGatewayConfig),
  'rtc-proxy': describeService(rtcProxy, readRtcProxyConfig),
}

export function serviceOf(name: string): ServiceConfig {
  const service = services[name]
  if (!service) throw new Error(`tests/deploy/services.ts does not know the service ${name}`)
  return service
}

/** Values that fit what the deployment leaves to whoever runs it. */
export const plausible: Environment = {
  NATS_URL: 'nats://parley:secret@nats:4222',
  REDIS_URL: 'redis://:secret@redis:6379',
  DATABASE_URL: 'postgresql://parley:secret@postgres:5432/parley',
  INTERNAL_TOKEN_SECRET: 'i'.repeat(40),
  DEVICE_TOKEN_SECRET: 'd'.repeat(40),
  OBJECT_STORE_URL_SECRET: 'o'.repeat(40),
  ENCRYPTION_KEY: 'e'.repeat(40),
}
