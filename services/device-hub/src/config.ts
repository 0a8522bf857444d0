import { TimeZone } from '@parley/contracts'
import {
  objectStoreProblems,
  objectStoreVariables,
  toObjectStoreConfig,
  type ObjectStoreConfig,
} from '@parley/object-store'
import {
  databaseVariables,
  list,
  logVariables,
  port,
  readConfig,
  redisVariables,
  secret,
  serviceVariables,
  variable,
  wholeNumber,
  type ConfigOf,
} from '@parley/service-kit'
import { z } from 'zod'

/** What the firmware's builds call a device by, out of the box. */
const wakeWords =
  '你好小智,小智小智,小智,你好小鑫,小美同学,小龙小龙,嗨乐鑫,Hi ESP,Hi Lexin,Hi Jason,Jarvis,Alexa,Hey Willow,Sophia,Computer,Hello Parley,Hey Parley'

const migrationVariables = { ...databaseVariables(), ...logVariables() }

/** Every setting of this service. */
export const variables = {
  ...serviceVariables(8100),
  ...redisVariables(),
  ...databaseVariables(),
  ...objectStoreVariables(),
  publicPort: variable('DEVICE_HUB_PORT', port().default(8000)),
  /** Signs device credentials; changing it locks every device out until its next start. */
  deviceTokenSecret: secret('DEVICE_TOKEN_SECRET', { minLength: 32, aliases: ['AUTH_KEY'] }),
  /** `open` believes devices by their MAC address alone that were never given a credential, as older firmware wants. */
  legacyMacLogin: variable('LEGACY_MAC_LOGIN', z.enum(['off', 'open']).default('off')),
  /** Whether a device needs an owner before it may talk. */
  activation: variable('DEVICE_ACTIVATION', z.enum(['open', 'required']).default('open')),
  /** The WebSocket address that devices are told; without it, it is derived from the address they asked. */
  websocketUrl: variable('DEVICE_WEBSOCKET_URL', z.url({ protocol: /^wss?$/ }).optional()),
  trustedProxies: variable('TRUSTED_PROXIES', wholeNumber(0, 10).default(0)),
  /** In which times of day are meant where nobody says another one. */
  timeZone: variable(
    'TIME_ZONE',
    TimeZone.default(() => new Intl.DateTimeFormat().resolvedOptions().timeZone),
  ),
  timezoneOffsetMinutes: variable('DEVICE_TIMEZONE_OFFSET_MINUTES', wholeNumber(-720, 840).optional()),
  silenceMs: variable('VAD_SILENCE_MS', wholeNumber(100, 5_000).default(400)),
  maxSpeechMs: variable('MAX_SPEECH_MS', wholeNumber(1_000, 120_000).default(30_000)),
  idleCloseMs: variable('DEVICE_IDLE_CLOSE_MS', wholeNumber(0, 86_400_000).default(120_000)),
  leadFrames: variable('DEVICE_LEAD_FRAMES', wholeNumber(1, 20).default(3)),
  firstAudioDelayMs: variable('DEVICE_FIRST_AUDIO_DELAY_MS', wholeNumber(100, 1_000).default(110)),
  stopMarginMs: variable('DEVICE_STOP_MARGIN_MS', wholeNumber(0, 1_000).default(120)),
  wakeWords: variable('WAKE_WORDS', list().default(wakeWords.split(','))),
  /** From one address; a house full of devices behind one is no attack. */
  otaPerMinute: variable('DEVICE_OTA_PER_MINUTE', wholeNumber(1, 1_000_000).default(600)),
  /** So many devices a second may connect; the others are told to come back in a moment. */
  acceptPerSecond: variable('DEVICE_ACCEPT_PER_SECOND', wholeNumber(1, 100_000).default(200)),
  maxConnections: variable('MAX_CONNECTIONS', wholeNumber(1, 1_000_000).default(10_000)),
}

export type Config = ConfigOf<typeof variables> & { objects: ObjectStoreConfig }

/** @throws ConfigError naming every wrong value, and what the chosen object store lacks */
export function readHubConfig(environment: NodeJS.ProcessEnv): Config {
  const config = readConfig(variables, environment, { service: 'device-hub', check: objectStoreProblems })
  return { ...config, objects: toObjectStoreConfig(config) }
}

/** What the `migrate` command needs, and no more. */
export function readMigrationConfig(environment: NodeJS.ProcessEnv = process.env): ConfigOf<typeof migrationVariables> {
  return readConfig(migrationVariables, environment, { service: 'device-hub', partial: true })
}
