import { z } from 'zod'
import { secret, variable, wholeNumber, type Secret } from './config.ts'
import { connectDatabase, type Database } from './database/connect.ts'
import { migrate } from './database/migrate.ts'
import type { Health } from './health.ts'
import type { Logger } from './logger.ts'
import { olderDatabaseUrl } from './older-names.ts'

/** The variables of a service that has a database. */
export const databaseVariables = () => ({
  databaseUrl: secret('DATABASE_URL', { older: olderDatabaseUrl }),
  databasePoolSize: variable('DATABASE_POOL_SIZE', wholeNumber(1, 200).default(10)),
  databasePoolRecycleS: variable('DATABASE_POOL_RECYCLE_S', wholeNumber(10, 86_400).default(3_600)),
  /** `off` where something else migrates before the service starts. */
  migrate: variable('MIGRATE', z.enum(['on-start', 'off']).default('on-start')),
})

/** The same for a service that needs its database for some of what it does only. */
export const optionalDatabaseVariables = () => ({
  ...databaseVariables(),
  databaseUrl: secret('DATABASE_URL', { optional: true, older: olderDatabaseUrl }),
})

export type DatabaseConfig = {
  databaseUrl: Secret
  databasePoolSize: number
  databasePoolRecycleS: number
  migrate: 'on-start' | 'off'
}

/** A service's own tables: the name of its PostgreSQL schema, and the folder with `schema.prisma` and `migrations/`. */
export type ServiceTables = { schema: string; prismaDir: URL }

/**
 * Migrates a service's schema when it is configured so, and opens its warmed pool; readiness knows about it.
 * @throws MigrationError, or Error when PostgreSQL does not answer.
 */
export async function openDatabase(
  config: DatabaseConfig,
  { schema, prismaDir }: ServiceTables,
  { log, health }: { log: Logger; health: Health },
): Promise<Database> {
  const databaseUrl = config.databaseUrl.reveal()
  if (config.migrate === 'on-start') await migrate({ databaseUrl, schema, prismaDir, log })
  const { databasePoolSize: poolSize, databasePoolRecycleS: poolRecycleS } = config
  const database = connectDatabase({ databaseUrl, schema, poolSize, poolRecycleS, log })
  try {
    await database.warm()
  } catch (error) {
    await database[Symbol.asyncDispose]()
    throw error
  }
  health.addCheck('database', () => database.ping())
  return database
}

/** The `migrate` command of a service: applies what is missing, says what, and ends. */
export async function runMigrations(config: DatabaseConfig, tables: ServiceTables, log: Logger): Promise<void> {
  try {
    const applied = await migrate({ databaseUrl: config.databaseUrl.reveal(), ...tables, log })
    log.info({ schema: tables.schema, applied }, applied.length > 0 ? 'migrated' : 'nothing to migrate')
  } catch (error) {
    log.fatal({ error }, 'the migration failed')
    process.exitCode = 1
  }
}
