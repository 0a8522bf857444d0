import type { Environment } from './config-layers.ts'

/** How the settings of older deployments are read where several of their names make one of ours. */
export type OlderNames = {
  names: string[]
  read: (text: (name: string) => string | undefined) => string | undefined
}

/** `REDIS_LOCATION` (a URL, or host:port) and `REDIS_PASSWORD`. */
export const olderRedisUrl: OlderNames = {
  names: ['REDIS_LOCATION', 'REDIS_PASSWORD'],
  read: (text) => {
    const location = text('REDIS_LOCATION')
    if (location === undefined) return undefined
    const address = location.includes('://') ? location : `redis://${location}`
    const password = text('REDIS_PASSWORD')
    if (password === undefined || !URL.canParse(address)) return address
    const url = new URL(address)
    url.password ||= encodeURIComponent(password)
    return url.href
  },
}

const databaseParts = ['NAME', 'USER', 'PASSWORD', 'HOST', 'PORT'] as const
const databaseName = (part: (typeof databaseParts)[number]) => `POSTGRESQL_DATABASE_${part}`

/** `POSTGRESQL_DATABASE_NAME`, `_USER`, `_PASSWORD`, `_HOST` and `_PORT`. */
export const olderDatabaseUrl: OlderNames = {
  names: databaseParts.map(databaseName),
  read: (text) => {
    const name = text(databaseName('NAME'))
    if (name === undefined) return undefined
    const url = new URL('postgresql://127.0.0.1')
    url.hostname = text(databaseName('HOST')) ?? '127.0.0.1'
    url.port = text(databaseName('PORT')) ?? '5432'
    url.username = encodeURIComponent(text(databaseName('USER')) ?? 'postgres')
    url.password = encodeURIComponent(text(databaseName('PASSWORD')) ?? '')
    url.pathname = `/${encodeURIComponent(name)}`
    return url.href
  },
}

/** `SERVICE_DEBUG` or `DEBUG`, when it says yes. */
export const olderLogLevel: OlderNames = {
  names: ['SERVICE_DEBUG', 'DEBUG'],
  read: (text) => {
    const debug = text('SERVICE_DEBUG') ?? text('DEBUG')
    return debug !== undefined && /^(1|true|yes|on)$/i.test(debug.trim()) ? 'debug' : undefined
  },
}

/** Names of older deployments for things that this version does not do, by the service that would. */
const withoutUse: { service: string; names: RegExp; what: string }[] = [
  { service: 'audio', names: /^AUDIO_SERVICE_HUOSHAN_BASE_URL$/, what: 'addresses of sound (PUBLIC_URL has them)' },
  { service: 'gateway', names: /^ALIYUN_LOG_/, what: 'log shipping' },
]

/** What is set in an environment although this version has no use for it: whoever moves here should know. */
export function settingsWithoutUse(service: string, environment: Environment): { names: string[]; what: string }[] {
  const set = Object.keys(environment).filter((name) => environment[name]?.trim())
  return withoutUse
    .filter((entry) => entry.service === service)
    .map(({ names, what }) => ({ names: set.filter((name) => names.test(name)), what }))
    .filter(({ names }) => names.length > 0)
}
