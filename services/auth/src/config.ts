import {
  databaseVariables,
  logVariables,
  readConfig as read,
  redisVariables,
  secret,
  serviceVariables,
  variable,
  wholeNumber,
  type ConfigOf,
} from '@parley/service-kit'
import { z } from 'zod'
import { encryptionProblems, encryptionVariables } from './encryption-config.ts'
import {
  oidcProvidersVariable,
  oidcVariables,
  waysInProblems,
  waysInVariables,
  type OidcConfig,
} from './ways-in-config.ts'

const migrationVariables = { ...databaseVariables(), ...logVariables() }

const resealVariables = { ...databaseVariables(), ...logVariables(), ...encryptionVariables }

/** Every setting of this service. */
export const variables = {
  ...serviceVariables(8101),
  ...redisVariables(),
  ...databaseVariables(),
  /** Where the people's edge is reached: for links. */
  publicUrl: variable(
    'PUBLIC_URL',
    z.url({ protocol: /^https?$/, error: 'an http(s) URL' }).default('http://127.0.0.1:8080'),
  ),
  sessionTtlS: variable('SESSION_TTL_S', wholeNumber(60, 31_536_000).default(30 * 86_400)),
  /** Ends a session that nobody used for so long; 0 ends none. */
  idleS: variable(
    'SESSION_IDLE_S',
    z.union([z.literal('0').transform(() => 0), wholeNumber(60, 31_536_000)]).default(0),
  ),
  accessTtlS: variable('ACCESS_TOKEN_TTL_S', wholeNumber(60, 3_600).default(900)),
  refreshTtlS: variable('REFRESH_TOKEN_TTL_S', wholeNumber(60, 31_536_000).default(30 * 86_400)),
  refreshMaxS: variable('REFRESH_TOKEN_MAX_S', wholeNumber(60, 63_072_000).default(90 * 86_400)),
  graceS: variable('REFRESH_GRACE_S', wholeNumber(1, 60).default(30)),
  /** Who JWTs are made by and for. */
  issuer: variable('ACCESS_TOKEN_ISSUER', z.string().min(1).max(200).default('parley')),
  audience: variable('ACCESS_TOKEN_AUDIENCE', z.string().min(1).max(200).default('parley-api')),
  /** A JWK set with private Ed25519 keys; without it they are made, and kept sealed in the database. */
  accessTokenKeys: secret('ACCESS_TOKEN_KEYS', { optional: true }),
  accessTokenKeySecret: secret('ACCESS_TOKEN_KEY_SECRET', { optional: true }),
  accessTokenKeyDays: variable('ACCESS_TOKEN_KEY_DAYS', wholeNumber(1, 365).default(30)),
  /** `open` lets devices that never had a credential log in by their MAC address, as older firmware does. */
  legacyMacLogin: variable('LEGACY_MAC_LOGIN', z.enum(['off', 'open']).default('off')),
  /** Memory and passes of argon2id; lower only in tests. */
  passwordMemoryKib: variable('PASSWORD_MEMORY_KIB', wholeNumber(1_024, 1_048_576).default(19_456)),
  passwordPasses: variable('PASSWORD_PASSES', wholeNumber(1, 20).default(2)),
  ...encryptionVariables,
  ...waysInVariables,
}

export type Config = ConfigOf<typeof variables> & { oidc: OidcConfig[] }

/**
 * Reads the configuration of auth. `OIDC_PROVIDERS`, and what it names, is read from the environment and from secret files.
 * @throws ConfigError naming every wrong value
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const config = read(variables, environment, {
    service: 'auth',
    check: (values) => [...encryptionProblems(values), ...waysInProblems(values)],
  })
  const { oidcProviders } = read({ oidcProviders: oidcProvidersVariable }, environment)
  const oidc = oidcProviders.map((name) => ({ name, ...read(oidcVariables(name), environment) }))
  return { ...config, oidc }
}

/** What the `migrate` command needs, and no more. */
export function readMigrationConfig(environment: NodeJS.ProcessEnv = process.env): ConfigOf<typeof migrationVariables> {
  return read(migrationVariables, environment, { service: 'auth', partial: true })
}

/** What the `reseal` command needs. */
export function readResealConfig(environment: NodeJS.ProcessEnv = process.env): ConfigOf<typeof resealVariables> {
  return read(resealVariables, environment, { service: 'auth', partial: true, check: encryptionProblems })
}
