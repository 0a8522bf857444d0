import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startPostgres, type Server } from '@parley/local-infrastructure'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectDatabase } from '../src/database/connect.ts'
import { diffSchema, drift } from '../src/database/diff.ts'
import { migrate, MigrationError } from '../src/database/migrate.ts'
import { writeMigration } from '../src/database/write-migration.ts'
import { generateFixtureClient } from './fixture-client.ts'

const fixture = fileURLToPath(new URL('fixture', import.meta.url))
const migrations = ['20261101080000_members_and_notes', '20261102080000_member_traits']
const log = { info: () => {}, warn: () => {} }

let folder: string
let cluster: Server
let admin: pg.Client

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-database-'))
  cluster = await startPostgres({ dir: folder, fsync: false })
  admin = new pg.Client({ connectionString: cluster.url })
  await admin.connect()
}, 60_000)

afterAll(async () => {
  await admin.end()
  await cluster[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

function inSchema(schema: string, prismaDir: string | URL = fixture) {
  return { databaseUrl: cluster.url, schema, prismaDir, log }
}

/** A copy of the fixture's `prisma` folder that a test may change. */
async function copyFixture(): Promise<{ dir: string } & AsyncDisposable> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-prisma-'))
  await cp(fixture, dir, { recursive: true })
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true }) }
}

async function addMigration(dir: string, name: string, sql: string): Promise<void> {
  await mkdir(join(dir, 'migrations', name))
  await writeFile(join(dir, 'migrations', name, 'migration.sql'), sql)
}

async function addColumn(dir: string): Promise<void> {
  const path = join(dir, 'schema.prisma')
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace('  text     String\n', '  text     String\n  language String?\n'))
}

async function tablesOf(schema: string): Promise<string[]> {
  const sql = 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1 ORDER BY 1'
  const { rows } = await admin.query<{ name: string }>(sql, [schema])
  return rows.map((row) => row.name)
}

/** How many connections others than this test hold, once those that are closing are gone. */
async function connections(): Promise<number> {
  const sql = `SELECT count(*)::int AS open FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`
  const { rows } = await admin.query<{ open: number }>(sql)
  return rows[0]?.open ?? 0
}

describe('migrate', () => {
  test('applies every migration to its own schema and records them', async () => {
    expect(await migrate(inSchema('applies'))).toEqual(migrations)
    expect(await tablesOf('applies')).toEqual(['_prisma_migrations', 'members', 'notes'])
    expect(await tablesOf('public')).toEqual([])
    const comment = await admin.query(`SELECT obj_description('applies.members'::regclass) AS text`)
    expect(comment.rows).toEqual([{ text: 'who belongs; who left is deleted' }])
  })

  test('finds nothing to do the second time, quickly', async () => {
    await migrate(inSchema('again'))
    const started = performance.now()
    expect(await migrate(inSchema('again'))).toEqual([])
    expect(performance.now() - started).toBeLessThan(500)
  })

  test('applies only what is new', async () => {
    await using copy = await copyFixture()
    await migrate(inSchema('grows', copy.dir))
    await addMigration(copy.dir, '20261103080000_more', 'CREATE TABLE more (id INT)')
    expect(await migrate(inSchema('grows', copy.dir))).toEqual(['20261103080000_more'])
  })

  test('lets one of several instances apply while the others wait, and each ends by itself', async () => {
    const script = fileURLToPath(new URL('migrate-fixture.ts', import.meta.url))
    const run = () => promisify(execFile)(process.execPath, [script, cluster.url, 'crowded'], { timeout: 8_000 })
    const applied = await Promise.all([run(), run(), run()])
    const counts = applied.map(({ stdout }) => (JSON.parse(stdout) as string[]).length)
    expect(counts.toSorted()).toEqual([0, 0, migrations.length])
  }, 15_000)

  test('migrates several schemas at once', async () => {
    const schemas = ['side_a', 'side_b', 'side_c']
    const applied = await Promise.all(schemas.map((schema) => migrate(inSchema(schema))))
    expect(applied).toEqual([migrations, migrations, migrations])
  })

  test('does not wait for the migration of another schema', async () => {
    await admin.query('SELECT pg_advisory_lock(72707369)')
    expect(await migrate(inSchema('unhindered'))).toEqual(migrations)
    await admin.query('SELECT pg_advisory_unlock(72707369)')
  })

  test('names a broken migration and keeps the earlier ones', async () => {
    await using copy = await copyFixture()
    await addMigration(copy.dir, '20261103080000_broken', 'CREATE TABLE half (id INT);\nALTER TABLE absent ADD x INT;')
    await addMigration(copy.dir, '20261104080000_later', 'CREATE TABLE later (id INT)')
    const failure: unknown = await migrate(inSchema('broken', copy.dir)).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(MigrationError)
    expect(failure).toMatchObject({ migration: '20261103080000_broken' })
    expect(String(failure)).toContain(
      '20261103080000_broken of schema broken failed: relation "absent" does not exist (42P01)\n',
    )
    expect(await tablesOf('broken')).toEqual(['_prisma_migrations', 'members', 'notes'])
    await expect(migrate(inSchema('broken', copy.dir))).rejects.toThrow(/_broken .* relation "absent" does not exist/)
  })

  test('refuses to start on a failed migration even when its folder is gone', async () => {
    await using copy = await copyFixture()
    await addMigration(copy.dir, '20261103080000_broken', '-- why\nSELECT nonsense')
    await expect(migrate(inSchema('abandoned', copy.dir))).rejects.toThrow(MigrationError)
    await expect(migrate(inSchema('abandoned'))).rejects.toThrow(
      /_broken .* column "nonsense" does not exist \(42703, line 2\)/,
    )
  })

  test('tries a repaired migration again once its row is marked as rolled back', async () => {
    await using copy = await copyFixture()
    const name = '20261103080000_repaired'
    await addMigration(copy.dir, name, 'SELECT nonsense')
    await expect(migrate(inSchema('repaired', copy.dir))).rejects.toThrow(MigrationError)
    await writeFile(join(copy.dir, 'migrations', name, 'migration.sql'), 'CREATE TABLE sense (id INT)')
    await admin.query('UPDATE repaired._prisma_migrations SET rolled_back_at = now() WHERE migration_name = $1', [name])
    expect(await migrate(inSchema('repaired', copy.dir))).toEqual([name])
    expect(await migrate(inSchema('repaired', copy.dir))).toEqual([])
  })

  test('gives up when another instance holds the lock for too long', async () => {
    const key = `hashtextextended('parley migrate waiting', 0)`
    await admin.query(`SELECT pg_advisory_lock(${key})`)
    const waiting = migrate({ ...inSchema('waiting'), lockTimeoutMs: 100 })
    await expect(waiting).rejects.toThrow('Waited in vain')
    await admin.query(`SELECT pg_advisory_unlock(${key})`)
    expect(await migrate(inSchema('waiting'))).toEqual(migrations)
  })

  test('leaves no connection behind, whatever happens', async () => {
    await using copy = await copyFixture()
    await addMigration(copy.dir, '20261103080000_broken', 'SELECT nonsense')
    await migrate(inSchema('tidy'))
    await expect(migrate(inSchema('untidy', copy.dir))).rejects.toThrow(MigrationError)
    await drift(inSchema('tidy'))
    await diffSchema({ ...inSchema('tidy'), from: 'migrations' })
    await expect.poll(connections).toBe(0)
    expect((await admin.query(`SELECT FROM pg_database WHERE datname LIKE 'parley_shadow%'`)).rowCount).toBe(0)
  })

  test('refuses a name that cannot be a schema, and says nothing of the password', async () => {
    await expect(migrate(inSchema('device-hub'))).rejects.toThrow('"device-hub" cannot name a PostgreSQL schema')
    const wrong = { ...inSchema('url'), databaseUrl: 'hunter2' }
    await expect(migrate(wrong)).rejects.toThrow(/^The database URL is not a URL$/)
  })
})

describe('drift', () => {
  test('is nothing after the migrations, and what schema.prisma has beyond them', async () => {
    await using copy = await copyFixture()
    await migrate(inSchema('drifts'))
    expect(await drift(inSchema('drifts'))).toBe('')
    await addColumn(copy.dir)
    expect(await drift(inSchema('drifts', copy.dir))).toContain('ADD COLUMN     "language" TEXT')
  })
})

describe('a new migration', () => {
  test('is the whole schema when there is none yet', async () => {
    await using copy = await copyFixture()
    await rm(join(copy.dir, 'migrations'), { recursive: true })
    const now = new Date('2026-11-05T06:07:08Z')
    const path = await writeMigration({ ...inSchema('first', copy.dir), name: 'first', now })
    expect(path).toBe(join(copy.dir, 'migrations', '20261105060708_first', 'migration.sql'))
    expect(await migrate(inSchema('first', copy.dir))).toEqual(['20261105060708_first'])
    expect(await drift(inSchema('first', copy.dir))).toBe('')
  })

  test('is what the migrations lack, whatever the database holds', async () => {
    await using copy = await copyFixture()
    const next = { ...inSchema('next', copy.dir), name: 'note_language', now: new Date() }
    expect(await writeMigration(next)).toBeUndefined()
    await addColumn(copy.dir)
    const path = await writeMigration(next)
    expect(await readFile(path ?? '', 'utf8')).toBe(
      '-- AlterTable\nALTER TABLE "notes" ADD COLUMN     "language" TEXT;\n',
    )
    await expect(writeMigration({ ...next, name: '../up' })).rejects.toThrow(TypeError)
  })
})

describe('a generated client', () => {
  test('works in its own schema, raw queries included', { timeout: 60_000 }, async () => {
    const createClient = await generateFixtureClient()
    await Promise.all([migrate(inSchema('mine')), migrate(inSchema('other'))])
    await using mine = connectDatabase({ databaseUrl: cluster.url, schema: 'mine', log })
    await using other = connectDatabase({ databaseUrl: cluster.url, schema: 'other', log })
    const client = createClient(mine.adapter)
    const stranger = createClient(other.adapter)

    const [id, noteId] = [crypto.randomUUID(), crypto.randomUUID()]
    const joinedAt = new Date('2026-11-20T23:30:00.123Z')
    const notes = { create: { id: noteId, text: 'first' } }
    const data = {
      id,
      name: 'Ada',
      role: 'owner',
      credits: 2n ** 53n + 1n,
      traits: { likes: ['tea'] },
      joinedAt,
      notes,
    }
    const created = await client.member.create({ data, include: { notes: true } })
    expect(created).toMatchObject({ ...data, notes: [{ text: 'first' }] })
    expect(await client.member.findMany({ where: { role: 'owner' } })).toMatchObject([{ name: 'Ada', joinedAt }])
    expect(await client.$queryRaw`SELECT name, joined_at, member_count() AS total FROM members`).toEqual([
      { name: 'Ada', joined_at: joinedAt, total: 1n },
    ])

    expect(await stranger.member.count()).toBe(0)
    expect(await stranger.$queryRaw`SELECT id FROM notes`).toEqual([])

    const renamed = client.$transaction(async (transaction) => {
      await transaction.member.update({ where: { id }, data: { name: 'Grace' } })
      throw new Error('changed my mind')
    })
    await expect(renamed).rejects.toThrow('changed my mind')
    await expect(client.member.create({ data: { id: noteId, name: 'Ada' } })).rejects.toMatchObject({ code: 'P2002' })
    expect((await client.member.delete({ where: { id } })).name).toBe('Ada')
    expect(await client.note.count()).toBe(0)
    await Promise.all([client.$disconnect(), stranger.$disconnect()])
  })
})

describe('connectDatabase', () => {
  test('opens all connections at start, answers, and closes them', async () => {
    const database = connectDatabase({
      databaseUrl: cluster.url,
      schema: 'warm',
      poolSize: 4,
      replicaUrl: cluster.url,
      log,
    })
    await database.warm()
    const sql = `SELECT count(*)::int AS open FROM pg_stat_activity WHERE application_name = 'parley-warm'`
    expect((await admin.query(sql)).rows).toEqual([{ open: 8 }])
    await database.ping()
    await database[Symbol.asyncDispose]()
    await expect.poll(async () => (await admin.query(sql)).rows).toEqual([{ open: 0 }])
    await expect(database.ping()).rejects.toThrow('after calling end')
  })

  test('survives connections that break while idle', async () => {
    const warned = Promise.withResolvers<object>()
    await using database = connectDatabase({
      databaseUrl: cluster.url,
      schema: 'cut',
      poolSize: 1,
      log: { warn: warned.resolve },
    })
    await database.warm()
    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parley-cut'`)
    expect(await warned.promise).toMatchObject({ schema: 'cut' })
    await database.ping()
  })

  test('bounds statements, and keeps a replica from writing', async () => {
    await using database = connectDatabase({
      databaseUrl: cluster.url,
      schema: 'bounded',
      statementTimeoutMs: 50,
      replicaUrl: cluster.url,
      log,
    })
    const query = { args: [], argTypes: [] }
    const primary = await database.adapter.connect()
    await expect(primary.executeRaw({ ...query, sql: 'SELECT pg_sleep(5)' })).rejects.toThrow('statement timeout')
    const replica = await database.replicaAdapter?.connect()
    await expect(replica?.executeRaw({ ...query, sql: 'CREATE TABLE x ()' })).rejects.toThrow('read-only transaction')
  })

  test('says at warm-up and ping that nobody answers', async () => {
    await using database = connectDatabase({
      databaseUrl: 'postgresql://parley@127.0.0.1:1/none',
      schema: 'nobody',
      log,
    })
    await expect(database.warm()).rejects.toThrow('ECONNREFUSED')
    await expect(database.ping()).rejects.toThrow('ECONNREFUSED')
  })
})
