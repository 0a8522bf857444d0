import {
  databaseVariables,
  logVariables,
  readConfig as read,
  serviceVariables,
  variable,
  wholeNumber,
  type ConfigOf,
} from '@parley/service-kit'

const migrationVariables = { ...databaseVariables(), ...logVariables() }

/** Every setting of this service. */
export const variables = {
  ...serviceVariables(8106),
  ...databaseVariables(),
  /** How often holds and grants that are over are ended. */
  sweepEveryS: variable('CREDITS_SWEEP_EVERY_S', wholeNumber(1, 3_600).default(10)),
  /** How often the books are proved. */
  reconcileEveryS: variable('CREDITS_RECONCILE_EVERY_S', wholeNumber(10, 86_400).default(900)),
}

export type Config = ConfigOf<typeof variables>

/**
 * Reads the configuration of billing.
 * @throws ConfigError naming every wrong value
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  return read(variables, environment, { service: 'billing' })
}

/** What the `migrate` command needs, and no more. */
export function readMigrationConfig(environment: NodeJS.ProcessEnv = process.env): ConfigOf<typeof migrationVariables> {
  return read(migrationVariables, environment, { service: 'billing', partial: true })
}
