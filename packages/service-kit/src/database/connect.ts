import { setTimeout as delay } from 'node:timers/promises'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { schemaUrl } from './connection-url.ts'

const connectTimeoutMs = 5_000
const pingTimeoutMs = 2_000
const closeTimeoutMs = 5_000

/** How a service reaches its own schema. */
export interface DatabaseSettings {
  databaseUrl: string
  /** The service's own PostgreSQL schema, for generated and raw queries alike. */
  schema: string
  /** Connections held, for the replica as many again. 10. */
  poolSize?: number
  /** Age at which a connection is replaced, in seconds. 3600. */
  poolRecycleS?: number
  /** How long PostgreSQL may work on one statement, and a transaction may sit idle. 15 s. */
  statementTimeoutMs?: number
  /** A read replica; its sessions refuse to write. */
  replicaUrl?: string | undefined
  log: { warn(fields: object, message: string): void }
}

/** An open database: what a service's generated Prisma client needs. Disposing closes every connection. */
export interface Database extends AsyncDisposable {
  /** For `new PrismaClient({ adapter })`. */
  readonly adapter: PrismaPg
  /** The same for the read replica, when there is one. */
  readonly replicaAdapter: PrismaPg | undefined
  /** Opens all connections, so that the first requests need not wait for them. Throws when one cannot be opened. */
  warm(): Promise<void>
  /** Resolves when the primary answers; throws when it has not within 5 s for a connection and 2 s for the answer. */
  ping(): Promise<void>
}

/**
 * Prepares the pools of a service's database; connections are opened by the first query or by `warm`.
 *
 * Disconnect the Prisma client before disposing. Disposing waits up to 5 s for queries in flight.
 *
 * @throws TypeError when a URL or the schema's name cannot be used
 */
export function connectDatabase(settings: DatabaseSettings): Database {
  const { schema, replicaUrl } = settings
  const primary = createPool(settings, settings.databaseUrl, {})
  const replica = replicaUrl ? createPool(settings, replicaUrl, { default_transaction_read_only: 'on' }) : undefined
  const pools = replica ? [primary, replica] : [primary]

  return {
    adapter: new PrismaPg(primary, { schema }),
    replicaAdapter: replica && new PrismaPg(replica, { schema }),
    warm: async () => void (await Promise.all(pools.map(openAll))),
    ping: () => ping(primary),
    [Symbol.asyncDispose]: async () => void (await Promise.all(pools.map((pool) => close(pool, settings)))),
  }
}

function createPool(settings: DatabaseSettings, databaseUrl: string, session: Record<string, string>): pg.Pool {
  const { schema, poolSize = 10, poolRecycleS = 3600, statementTimeoutMs = 15_000, log } = settings
  const url = schemaUrl(databaseUrl, schema, {
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    ...session,
  })
  const pool = new pg.Pool({
    connectionString: url.href,
    application_name: `parley-${schema}`,
    max: poolSize,
    maxLifetimeSeconds: poolRecycleS,
    idleTimeoutMillis: 0, // warmed connections stay until they are recycled
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  })
  pool.on('error', (error) => log.warn({ schema, error }, 'an idle database connection broke'))
  return pool
}

async function openAll(pool: pg.Pool): Promise<void> {
  const opening = Array.from({ length: pool.options.max }, () => pool.connect())
  const opened = await Promise.allSettled(opening)
  for (const result of opened) if (result.status === 'fulfilled') result.value.release()
  const failed = opened.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

async function ping(pool: pg.Pool): Promise<void> {
  const query = { text: 'SELECT 1', query_timeout: pingTimeoutMs }
  await pool.query(query)
}

async function close(pool: pg.Pool, { schema, log }: DatabaseSettings): Promise<void> {
  const late = delay(closeTimeoutMs, true, { ref: false })
  if (await Promise.race([pool.end(), late])) log.warn({ schema }, 'a database query outlived the pool that closes')
}
