import { join } from 'node:path'
import { Client } from 'pg'
import { requireProgram } from '../install/binaries.ts'
import { openCluster, superuser } from './cluster.ts'
import { launch, type Server, type ServerOptions } from './launch.ts'

export type PostgresOptions = ServerOptions & {
  /** Off: writes survive a crash of the server's process no more than its machine's; for tests, which keep nothing. */
  fsync?: boolean
}

const database = 'parley'
const careless = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']

/** Starts PostgreSQL on loopback, without Unix sockets; the URL names an empty database and the cluster's superuser. */
export async function startPostgres({
  dir,
  port,
  fsync = true,
  log = join(dir, 'postgres.log'),
}: PostgresOptions): Promise<Server> {
  const programs = join(requireProgram('postgresql'), '..')
  const cluster = await openCluster(programs, dir, fsync)
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=300',
    'timezone=UTC',
    'logging_collector=off',
  ]
  return launch({
    name: 'PostgreSQL',
    port,
    log,
    url: (port) => `postgresql://${superuser}:${cluster.password}@127.0.0.1:${port}/${database}`,
    command: (port) => ({
      command: join(programs, 'postgres'),
      args: [
        '-D',
        cluster.folder,
        '-p',
        String(port),
        ...[...settings, ...(fsync ? [] : careless)].flatMap((setting) => ['-c', setting]),
      ],
      ...cluster.owner,
      cwd: '/',
      // The fast shutdown: it ends sessions instead of waiting for them.
      stopSignal: 'SIGINT',
    }),
    ask: makeDatabase,
  })
}

/** Resolves when the server answers queries and the database of the URL exists. */
async function makeDatabase(url: string, signal: AbortSignal): Promise<void> {
  const maintenance = new URL(url)
  maintenance.pathname = '/postgres'
  const client = new Client({
    connectionString: maintenance.href,
    connectionTimeoutMillis: 2_000,
    query_timeout: 10_000,
  })
  client.on('error', () => undefined)
  try {
    signal.throwIfAborted()
    await client.connect()
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database])
    if (rowCount === 0) await client.query(`create database ${database}`)
  } finally {
    await client.end().catch(() => undefined)
  }
}
