import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import './global-setup.ts'

/** What a test file has of the shared servers: subjects, keys and a database that nobody else uses. */
export type Corner = AsyncDisposable & {
  readonly natsUrl: string
  readonly subjectPrefix: string
  readonly redisUrl: string
  readonly redisKeyPrefix: string
  readonly databaseUrl: string
  /** A folder for files. */
  readonly objectDir: string
}

/** Takes a corner of the run's servers; disposing drops its database and its files. */
export async function openCorner(): Promise<Corner> {
  const { natsUrl, redisUrl, databaseUrl } = inject('infrastructure')
  const name = `t_${randomBytes(6).toString('hex')}`
  await run(databaseUrl, `CREATE DATABASE ${name}`)
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  const objectDir = await mkdtemp(join(tmpdir(), 'parley-objects-'))
  return {
    natsUrl,
    subjectPrefix: name,
    redisUrl,
    redisKeyPrefix: `${name}:`,
    databaseUrl: url.href,
    objectDir,
    [Symbol.asyncDispose]: async () => {
      await run(databaseUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      await rm(objectDir, { recursive: true, force: true })
    },
  }
}

/** What services of a test know each other by. */
export const internalTokenSecret = 'known-to-all-services-of-a-test-run'

/** The same as variables of a service. */
export function cornerEnvironment(corner: Corner): Record<string, string> {
  return {
    NATS_URL: corner.natsUrl,
    NATS_SUBJECT_PREFIX: corner.subjectPrefix,
    REDIS_URL: corner.redisUrl,
    REDIS_KEY_PREFIX: corner.redisKeyPrefix,
    DATABASE_URL: corner.databaseUrl,
    OBJECT_STORE_DIR: corner.objectDir,
    ENCRYPTION_KEY: 'encrypts-what-people-are-in-tests',
    OBJECT_STORE_URL_SECRET: 'signs-addresses-of-files-in-tests',
    INTERNAL_TOKEN_SECRET: internalTokenSecret,
    INTERNAL_PORT: '0',
    MCP_ENDPOINT_PORT: '0',
    // What is made off the reply path would come between the questions that a test counts.
    REVIEWS: 'off',
  }
}

async function run(databaseUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
