import pg from 'pg'
import { schemaUrl } from './connection-url.ts'
import { createEngineAdapters } from './engine-adapters.ts'
import { readDatamodel, readMigrationNames, readMigrations } from './migration-files.ts'
import type { PrismaDir } from './migration-files.ts'
import { createSchemaEngine } from './schema-engine.ts'

/** What `migrate` works on. The database user must be able to create tables, and the schema when it is missing. */
export interface MigrateOptions {
  /** A direct connection: advisory locks do not survive a pooler in transaction mode. */
  databaseUrl: string
  /** The service's own PostgreSQL schema, created when missing. */
  schema: string
  /** The folder with `schema.prisma` and `migrations/`. */
  prismaDir: PrismaDir
  log: { info(fields: object, message: string): void }
  /** How long to wait for another instance's migration, and for any lock a migration needs. 60 s. */
  lockTimeoutMs?: number
}

/** A migration that PostgreSQL refused, now or in an earlier run. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
  readonly migration: string

  constructor(migration: string, schema: string, reason: string, cause: unknown) {
    const next = `Once it is repaired, set rolled_back_at of its row in ${schema}._prisma_migrations to have it tried again.`
    super(`Migration ${migration} of schema ${schema} failed: ${reason}\n${next}`, { cause })
    this.migration = migration
  }
}

/**
 * Applies what is missing of a service's migrations to its own schema, each as one transaction unless its script says
 * otherwise, and records them in `_prisma_migrations` as `prisma migrate deploy` does.
 *
 * Instances that start together take turns under an advisory lock: one applies, the others find nothing to do.
 *
 * @returns the names applied, oldest first; empty when there was nothing to do, which costs one connection and one query
 * @throws MigrationError naming the migration and PostgreSQL's message; earlier migrations stay, later ones wait
 * @throws Error when the database is not reachable or another instance holds the lock for too long
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const names = await readMigrationNames(options.prismaDir)
  if (names.length === 0) return []
  await using session = await openSession(options)
  if (await isUpToDate(session.client, names)) return []
  await takeTurn(session.client, options)
  if (await isUpToDate(session.client, names)) return []
  await createSchema(session.client, options.schema)
  const applied = await applyMigrations(session.client, options)
  options.log.info({ schema: options.schema, migrations: applied }, 'database migrated')
  return applied
}

const defaultLockTimeoutMs = 60_000

async function openSession(options: MigrateOptions): Promise<{ client: pg.Client } & AsyncDisposable> {
  const lock_timeout = options.lockTimeoutMs ?? defaultLockTimeoutMs
  const url = schemaUrl(options.databaseUrl, options.schema, { lock_timeout })
  const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {}) // a broken connection is reported by the next query
  await client.connect()
  return { client, [Symbol.asyncDispose]: () => client.end() }
}

async function isUpToDate(client: pg.Client, names: string[]): Promise<boolean> {
  const rows = await readHistory(client)
  const applied = new Set(rows.filter((row) => row.finished).map((row) => row.name))
  return rows.every((row) => row.finished) && names.every((name) => applied.has(name))
}

interface HistoryRow {
  name: string
  finished: boolean
  logs: string | null
}

/** What `_prisma_migrations` says; rows that were rolled back count as never applied. */
async function readHistory(client: pg.Client): Promise<HistoryRow[]> {
  const sql = `SELECT migration_name AS name, finished_at IS NOT NULL AS finished, logs
    FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`
  const noSuchTable = '42P01'
  try {
    return (await client.query<HistoryRow>(sql)).rows
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === noSuchTable) return []
    throw error
  }
}

async function takeTurn(client: pg.Client, { schema, log }: MigrateOptions): Promise<void> {
  const key = `parley migrate ${schema}`
  const sql = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken'
  const { rows } = await client.query<{ taken: boolean }>(sql, [key])
  if (rows[0]?.taken) return
  log.info({ schema }, 'another instance is migrating the database, waiting for it')
  await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [key]).catch((cause: unknown) => {
    throw new Error(`Waited in vain for another instance to finish migrating schema ${schema}`, { cause })
  })
}

async function createSchema(client: pg.Client, schema: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema])
  if (rowCount === 0) await client.query(`CREATE SCHEMA "${schema}"`)
}

async function applyMigrations(client: pg.Client, options: MigrateOptions): Promise<string[]> {
  const { databaseUrl, schema, prismaDir, lockTimeoutMs = defaultLockTimeoutMs } = options
  await using adapters = createEngineAdapters({ databaseUrl, schema, lockTimeoutMs })
  using engine = await createSchemaEngine(await readDatamodel(prismaDir), adapters)
  const migrationsList = await readMigrations(prismaDir)
  const filters = { externalTables: [], externalEnums: [] }
  try {
    return (await engine.applyMigrations({ migrationsList, filters })).appliedMigrationNames
  } catch (error) {
    const failed = (await readHistory(client)).find((row) => !row.finished)
    throw failed ? new MigrationError(failed.name, schema, toReason(failed.logs), error) : error
  }
}

/** PostgreSQL's message out of what the engine logged: its own preamble and its stack trace are left out. */
function toReason(logs: string | null): string {
  if (!logs) return 'it was interrupted'
  const [message = logs] = logs.split(/\n\s+0: /)
  return message.replace(/^[^]*Error querying the database: (ERROR: )?/, '').trim()
}
