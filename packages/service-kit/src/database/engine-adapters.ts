import { randomUUID } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum, DriverAdapterError } from '@prisma/driver-adapter-utils'
import type {
  SqlDriverAdapter,
  SqlMigrationAwareDriverAdapterFactory,
  SqlResultSet,
} from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { schemaUrl } from './connection-url.ts'

/** Object identifiers of PostgreSQL's types: `"char"`, one byte, in the system catalogs only; and `text`. */
const catalogCharType = 18
const textType = 25

const engineLock = 'SELECT pg_advisory_lock(72707369)'

type ArrayQuery = (config: pg.QueryArrayConfig) => Promise<pg.QueryArrayResult>

/** Where the schema engine works, and how long it waits for a lock of PostgreSQL. */
export interface EngineDatabase {
  databaseUrl: string
  schema: string
  lockTimeoutMs: number
}

/**
 * Connections for Prisma's schema engine: one to the schema, and one to an empty shadow database when a diff replays
 * the migrations. Disposing closes every connection and drops the shadow database, whatever the engine left open.
 */
export function createEngineAdapters(
  database: EngineDatabase,
): SqlMigrationAwareDriverAdapterFactory & AsyncDisposable {
  const opened = new AsyncDisposableStack()
  const { schema } = database
  const url = schemaUrl(database.databaseUrl, schema, { lock_timeout: database.lockTimeoutMs })

  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => createEngineAdapter(openSession(url, opened), schema),
    connectToShadowDb: async () => {
      const shadow = await createShadowDatabase(url, opened)
      const session = openSession(shadow, opened)
      await session.query(`CREATE SCHEMA "${schema}"`)
      return createEngineAdapter(session, schema)
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** A pool of exactly one connection: the engine does one thing at a time. */
function openSession(url: URL, opened: AsyncDisposableStack): pg.Pool {
  const pool = new pg.Pool({ connectionString: url.href, max: 1, connectionTimeoutMillis: 5_000, idleTimeoutMillis: 0 })
  pool.on('error', () => {}) // a broken idle connection is reported by the next query
  opened.defer(() => pool.end())
  return pool
}

async function createShadowDatabase(url: URL, opened: AsyncDisposableStack): Promise<URL> {
  const name = `parley_shadow_${randomUUID().replaceAll('-', '')}`
  const owner = openSession(url, opened)
  await owner.query(`CREATE DATABASE ${name}`)
  opened.defer(async () => void (await owner.query(`DROP DATABASE ${name} WITH (FORCE)`)))
  const shadow = new URL(url)
  shadow.pathname = `/${name}`
  return shadow
}

/**
 * PrismaPg with three corrections. It splits scripts at every semicolon, even inside a string or a function body; here a
 * script goes to PostgreSQL as a whole, which makes it one transaction. It refuses `"char"` columns, which the engine
 * needs to read constraints. And the engine takes a lock of the whole database, for at most 10 s, so that one service's
 * long migration would fail the others; `migrate` holds one for the schema instead.
 */
async function createEngineAdapter(pool: pg.Pool, schema: string): Promise<SqlDriverAdapter> {
  const query = pool.query.bind(pool)
  const charColumns = rememberCharColumns(pool)
  const adapter = await new PrismaPg(pool, { schema }).connect()
  const queryRaw = adapter.queryRaw.bind(adapter)
  const executeRaw = adapter.executeRaw.bind(adapter)
  adapter.queryRaw = async (sql) => withCharColumns(await queryRaw(sql), charColumns)
  adapter.executeRaw = async (sql) => (sql.sql === engineLock ? 0 : executeRaw(sql))
  adapter.executeScript = async (script) => {
    await query(script).catch((error: unknown) => throwAsDriverError(error, script))
  }
  return adapter
}

/** Has the pool present `"char"` columns as text, and gives which columns of which rows were such. */
function rememberCharColumns(pool: pg.Pool): WeakMap<object, number[]> {
  const charColumns = new WeakMap<object, number[]>()
  const query = pool.query.bind(pool) as ArrayQuery
  const remembering: ArrayQuery = async (config) => {
    const result = await query(config)
    const columns = [...result.fields.keys()].filter((column) => result.fields[column]?.dataTypeID === catalogCharType)
    for (const column of columns) Object.assign(result.fields[column] ?? {}, { dataTypeID: textType })
    charColumns.set(result.rows, columns)
    return result
  }
  pool.query = remembering as typeof pool.query
  return charColumns
}

function withCharColumns(set: SqlResultSet, charColumns: WeakMap<object, number[]>): SqlResultSet {
  for (const column of charColumns.get(set.rows) ?? []) set.columnTypes[column] = ColumnTypeEnum.Character
  return set
}

/**
 * A script's error for the engine. The code says "internal error": for the codes it knows, the engine puts a wording of
 * its own in the place of PostgreSQL's.
 */
function throwAsDriverError(error: unknown, script: string): never {
  if (!(error instanceof pg.DatabaseError)) throw error
  const line = script.slice(0, Number(error.position ?? 0)).split('\n').length
  const message = `${error.message} (${error.code}${error.position ? `, line ${line}` : ''})`
  const { severity = 'ERROR', detail, column, hint } = error
  throw new DriverAdapterError({ kind: 'postgres', code: 'XX000', severity, message, detail, column, hint })
}
