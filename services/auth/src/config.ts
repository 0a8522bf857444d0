import {
  databaseVariables,
  logVariables,
  readConfig as read,
  redisVariables,
  serviceVariables,
  variable,
  wholeNumber,
  type ConfigOf,
} from '@parley/service-kit'
import { z } from 'zod'
import { oidcProvidersVariable, oidcVariables, waysInProblems, waysInVariables, type OidcConfig } from './ways-in-config.ts'

const migrationVariables = { ...databaseVariables(), ...logVariables() }

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
  /** Memory and passes of argon2id; lower only in tests. */
  passwordMemoryKib: variable('PASSWORD_MEMORY_KIB', wholeNumber(1_024, 1_048_576).default(19_456)),
  passwordPasses: variable('PASSWORD_PASSES', wholeNumber(1, 20).default(2)),
  ...waysInVariables,
}

export type Config = ConfigOf<typeof variables> & { oidc: OidcConfig[] }

/**
 * Reads the configuration of auth. `OIDC_PROVIDERS`, and what it names, is read from the environment and from secret files.
 * @throws ConfigError naming every wrong value
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const config = read(variables, environment, { service: 'auth', check: waysInProblems })
  const { oidcProviders } = read({ oidcProviders: oidcProvidersVariable }, environment)
  const oidc = oidcProviders.map((name) => ({ name, ...read(oidcVariables(name), environment) }))
  return { ...config, oidc }
}

/** What the `migrate` command needs, and no more. */
export function readMigrationConfig(environment: NodeJS.ProcessEnv = process.env): ConfigOf<typeof migrationVariables> {
  return read(migrationVariables, environment)
}
