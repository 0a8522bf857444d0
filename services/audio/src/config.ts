import {
  databaseVariables,
  list,
  logVariables,
  optionalDatabaseVariables,
  readConfig as read,
  secret,
  serviceVariables,
  variable,
  wholeNumber,
  type ConfigOf,
  type ReadSoFar,
  type Variable,
} from '@parley/service-kit'
import {
  objectStoreProblems,
  objectStoreVariables,
  toObjectStoreConfig,
  type ObjectStoreConfig,
} from '@parley/object-store'
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import type { Provider, ProviderValues, Side } from './providers/provider.ts'
import { providerNamed, providers } from './providers/registry.ts'

const providerNames = providers.map(({ name }) => name)
const chain = list().pipe(z.array(z.enum(providerNames)).min(1))

/** Every setting of this service but those of its providers, which have their own. */
const ownVariables = {
  ...serviceVariables(8102),
  ...optionalDatabaseVariables(),
  ...objectStoreVariables(),
  /** In the order in which they are asked. */
  provider: variable('AUDIO_SERVICE_PROVIDER', chain.optional()),
  asrProvider: variable('AUDIO_ASR_PROVIDER', chain.optional()),
  ttsProvider: variable('AUDIO_TTS_PROVIDER', chain.optional()),
  providerTimeoutMs: variable('AUDIO_PROVIDER_TIMEOUT_MS', wholeNumber(100, 120_000).default(10_000)),
  fallbackAfterMs: variable('AUDIO_FALLBACK_AFTER_MS', wholeNumber(100, 60_000).default(3_000)),
  minConfidence: variable('AUDIO_ASR_MIN_CONFIDENCE', z.coerce.number().min(0).max(1).default(0.2)),
  languageLock: variable('AUDIO_ASR_LANGUAGE_LOCK', z.stringbool().default(true)),
  ghostPhrases: variable('AUDIO_ASR_GHOST_PHRASES', list().default([])),
  vad: variable('VAD_PROVIDER', z.enum(['webrtc', 'silero']).optional()),
  vadAggressiveness: variable('VAD_AGGRESSIVENESS', wholeNumber(0, 3).default(2)),
  sileroModel: variable('SILERO_VAD_MODEL', z.string().optional()),
  sileroThreshold: variable('SILERO_VAD_THRESHOLD', z.coerce.number().min(0.05).max(0.95).default(0.5)),
  fileMaxBytes: variable('AUDIO_FILE_MAX_BYTES', wholeNumber(1_024, 256 * 1024 * 1024).default(25 * 1024 * 1024)),
  fileMaxSeconds: variable('AUDIO_FILE_MAX_SECONDS', wholeNumber(1, 7_200).default(600)),
  cacheDir: variable('AUDIO_CACHE_DIR', z.string().optional(), { aliases: ['AUDIO_SERVICE_HUOSHAN_STORAGE_DIR'] }),
  cacheMemoryBytes: variable('AUDIO_CACHE_MEMORY_BYTES', wholeNumber(0, 1024 ** 3).default(16 * 1024 ** 2)),
  cacheDiskBytes: variable('AUDIO_CACHE_DISK_BYTES', wholeNumber(0, 1024 ** 4).default(256 * 1024 ** 2)),
  recordings: variable('AUDIO_RECORDINGS', z.enum(['on', 'off']).default('off')),
  recordingDays: variable('AUDIO_RECORDING_DAYS', wholeNumber(1, 3_650).default(30)),
  voiceprintModel: variable('SHERPA_SPEAKER_MODEL', z.string().optional()),
  voiceprintUrl: variable('VOICEPRINT_URL', z.url({ protocol: /^https?$/ }).optional()),
  voiceprintKey: secret('VOICEPRINT_KEY', { optional: true }),
  voiceprintThreshold: variable('VOICEPRINT_THRESHOLD', z.coerce.number().min(0).max(1).optional()),
  voiceprintTimeoutMs: variable('VOICEPRINT_TIMEOUT_MS', wholeNumber(50, 10_000).default(1_000)),
  codecThreads: variable('AUDIO_CODEC_THREADS', wholeNumber(1, 64).default(availableParallelism())),
  opusComplexity: variable('AUDIO_OPUS_COMPLEXITY', wholeNumber(0, 10).default(4)),
  opusBitrate: variable('AUDIO_OPUS_BITRATE', wholeNumber(6_000, 128_000).default(32_000)),
}

const keyOf = (provider: Provider, key: string) => `${provider.name}.${key}`

/** All of them, those of the providers by the provider's name and their own. */
export const variables: typeof ownVariables & Record<string, Variable> = {
  ...ownVariables,
  ...Object.fromEntries(
    providers.flatMap((provider) =>
      Object.entries(provider.variables).map(([key, item]) => [keyOf(provider, key), item]),
    ),
  ),
}

type Read = ConfigOf<typeof ownVariables>
/** Which providers each side has, in order, and what is set of each. */
export type Config = Read & {
  recognition: string[]
  synthesis: string[]
  providers: Record<string, ProviderValues>
  /** Where recordings go; undefined where none are kept. */
  objects: ObjectStoreConfig | undefined
}

/** Whether voices are told apart here. */
export function knowsVoices({ voiceprintModel, voiceprintUrl }: Partial<Read>): boolean {
  return voiceprintModel !== undefined || voiceprintUrl !== undefined
}

/**
 * Reads this service's configuration from an environment. Where no list names any, both sides have the providers that
 * have a key, in the order of the registry, else `local`.
 * @throws ConfigError naming every wrong value, and what the chosen providers lack.
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const config = read(variables, environment, { service: 'audio', check }) as unknown as Read & Record<string, unknown>
  const objects = config.recordings === 'on' ? toObjectStoreConfig(config) : undefined
  return { ...config, ...choose(config), providers: valuesOf(config), objects }
}

function valuesOf(config: Record<string, unknown>): Record<string, ProviderValues> {
  const own = (provider: Provider) =>
    Object.fromEntries(Object.keys(provider.variables).map((key) => [key, config[keyOf(provider, key)]]))
  return Object.fromEntries(providers.map((provider) => [provider.name, own(provider)]))
}

type Chosen = Pick<Read, 'provider' | 'asrProvider' | 'ttsProvider'>

function choose(config: Partial<Chosen> & Record<string, unknown>): { recognition: string[]; synthesis: string[] } {
  const values = valuesOf(config)
  const side = (named: string[] | undefined, wanted: Side): string[] => {
    if (named) return named
    const common = (config.provider ?? []).filter((name) => providerNamed(name).sides.has(wanted))
    if (config.provider || config.asrProvider || config.ttsProvider) return common.length > 0 ? common : ['local']
    const ready = providers.filter(
      ({ name, sides, configured }) => sides.has(wanted) && configured(values[name] as never),
    )
    return ready.length > 0 ? ready.map(({ name }) => name) : ['local']
  }
  return { recognition: side(config.asrProvider, 'recognition'), synthesis: side(config.ttsProvider, 'synthesis') }
}

function check(config: ReadSoFar<typeof variables>): string[] {
  const values = valuesOf(config)
  const chosen = choose(config)
  const problems = (['recognition', 'synthesis'] as const).flatMap((side) =>
    chosen[side].flatMap((name) => {
      const provider = providerNamed(name)
      if (!provider.sides.has(side)) return [`${name} has no ${side}: name another provider for it`]
      return provider.problems(values[name] as never, side)
    }),
  )
  if (config.vad === 'silero' && config.sileroModel === undefined) {
    problems.push('SILERO_VAD_MODEL is not set, and the voice detector silero needs it')
  }
  return [...new Set([...problems, ...checkKeeping(config)])]
}

/** What recordings and voiceprints need beside the service's own. */
function checkKeeping(config: ReadSoFar<typeof ownVariables>): string[] {
  const problems: string[] = []
  const needs = (what: string) => config.databaseUrl ?? problems.push(`DATABASE_URL is not set, and ${what} need it`)
  if (config.recordings === 'on') {
    needs('recordings')
    problems.push(...objectStoreProblems(config))
  }
  if (knowsVoices(config)) needs('voiceprints')
  if (
    config.voiceprintUrl !== undefined &&
    config.voiceprintModel === undefined &&
    config.voiceprintKey === undefined
  ) {
    problems.push('VOICEPRINT_KEY is not set, and the voiceprint service needs it')
  }
  return problems
}

const migrationVariables = { ...databaseVariables(), ...logVariables() }

/** What the `migrate` command needs, and no more. */
export function readMigrationConfig(environment: NodeJS.ProcessEnv = process.env): ConfigOf<typeof migrationVariables> {
  return read(migrationVariables, environment, { service: 'audio', partial: true })
}
