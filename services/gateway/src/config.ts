import {
  objectStoreProblems,
  objectStoreVariables,
  toObjectStoreConfig,
  type ObjectStoreConfig,
} from '@parley/object-store'
import {
  list,
  port,
  readConfig,
  redisVariables,
  serviceVariables,
  variable,
  wholeNumber,
  type ConfigOf,
} from '@parley/service-kit'
import { z } from 'zod'
import type { Quota } from './http/rate-limits.ts'

/** `20/1200` is 20 requests in 1200 seconds. */
const quota = (otherwise: string) =>
  z
    .string()
    .default(otherwise)
    .transform((text, context): Quota => {
      const [, points = '', seconds = ''] = /^([1-9]\d{0,6})\/([1-9]\d{0,5})$/.exec(text.trim()) ?? []
      if (points !== '') return { points: Number(points), seconds: Number(seconds) }
      context.addIssue({ code: 'custom', message: 'requests/seconds, such as 480/180' })
      return z.NEVER
    })

const origins = list().pipe(
  z.array(z.string().regex(/^(\*|https?:\/\/[^/]+)$/, 'origins such as https://app.example.com, or *')),
)

/** Every setting of this service. */
export const variables = {
  ...serviceVariables(8180),
  ...redisVariables(),
  ...objectStoreVariables(),
  publicPort: variable('GATEWAY_PORT', port().default(8080)),
  trustedProxies: variable('TRUSTED_PROXIES', wholeNumber(0, 10).default(0)),
  maxConnections: variable('MAX_CONNECTIONS', wholeNumber(1, 1_000_000).default(10_000)),
  /** How long a client may take to send a request, an upload among them. */
  requestTimeoutS: variable('REQUEST_TIMEOUT_S', wholeNumber(1, 3_600).default(120)),
  /** Pages from other origins that may use the API. */
  corsOrigins: variable('CORS_ORIGINS', origins.default([])),
  /** Whether guests may use the RTC rooms, as the vendor's demo needs it. */
  rtcDemo: variable('RTC_DEMO', z.enum(['off', 'open']).default('off')),
  /** Who looks at files before they are stored. */
  uploadScanUrl: variable(
    'UPLOAD_SCAN_URL',
    z
      .string()
      .regex(/^clamd:\/\/[^/:]+:\d+$/, 'clamd://host:port')
      .optional(),
  ),
  temporaryDays: variable('OBJECT_TEMPORARY_DAYS', wholeNumber(1, 3_650).default(7)),
  /** For whom administration needs a second factor that was shown just now. */
  adminStepUp: variable('ADMIN_STEP_UP', z.enum(['enrolled', 'required']).default('enrolled')),
  generalLimit: variable('RATE_LIMIT_GENERAL', quota('480/180')),
  loginLimit: variable('RATE_LIMIT_LOGIN', quota('20/1200')),
  pairingLimit: variable('RATE_LIMIT_PAIRING', quota('10/600')),
  chatLimit: variable('RATE_LIMIT_CHAT', quota('60/60')),
  uploadLimit: variable('RATE_LIMIT_UPLOAD', quota('200/86400')),
  refusedLimit: variable('RATE_LIMIT_REFUSED', quota('60/60')),
}

export type Config = ConfigOf<typeof variables> & { objects: ObjectStoreConfig }

/** Reads the configuration of the gateway. @throws ConfigError naming every wrong value, and what the object store lacks */
export function readGatewayConfig(environment: NodeJS.ProcessEnv): Config {
  const config = readConfig(variables, environment, { service: 'gateway', check: objectStoreProblems })
  return { ...config, objects: toObjectStoreConfig(config) }
}
