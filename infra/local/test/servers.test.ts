import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { expectAnswer } from '../servers/dialogue.ts'
import { startNats, startPostgres, startRedis, type Server } from '../index.ts'
import { temporaryFolder } from './temporary.ts'

const soon = () => AbortSignal.timeout(5_000)
const { password: none } = new URL('nats://x')

const login = (server: Server, password = new URL(server.url).password) =>
  `CONNECT ${JSON.stringify({ verbose: false, pedantic: false, lang: 'node', version: '1', user: 'parley', pass: password })}\r\nPING\r\n`

async function query(url: string, text: string): Promise<unknown> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' })
    return rows[0]?.[0]
  } finally {
    await client.end()
  }
}

test('NATS answers those who know its password, on loopback, until it is disposed of', async () => {
  using folder = temporaryFolder()
  const nats = await startNats({ dir: folder.path, jetstream: true })
  await expectAnswer(nats.port, login(nats), /"max_payload":1048576.*"jetstream":true[^]*PONG/, soon())
  await expectAnswer(nats.port, login(nats, none), /Authorization Violation/, soon())
  await nats[Symbol.asyncDispose]()
  await nats[Symbol.asyncDispose]()
  expect(await nats.exited).toBeDefined()
  await expect(expectAnswer(nats.port, '', /INFO/, soon())).rejects.toThrow('ECONNREFUSED')
})

test('Redis keeps its data and its URL when told to persist', async () => {
  using folder = temporaryFolder()
  const first = await startRedis({ dir: folder.path, persist: true })
  const auth = `AUTH ${new URL(first.url).password}\r\n`
  await expectAnswer(first.port, `${auth}SET greeting hello\r\n`, /\+OK\r\n\+OK\r\n/, soon())
  await expectAnswer(first.port, 'PING\r\n', /NOAUTH/, soon())
  await first.stop()
  await using second = await startRedis({ dir: folder.path, persist: true, port: first.port })
  expect(second.url).toBe(first.url)
  await expectAnswer(second.port, `${auth}GET greeting\r\n`, /hello/, soon())
})

test('PostgreSQL runs for tests without syncing, behind a password nobody else can read', async () => {
  using folder = temporaryFolder()
  const first = await startPostgres({ dir: folder.path, fsync: false })
  expect(await query(first.url, 'show fsync')).toBe('off')
  expect(await query(first.url, 'show listen_addresses')).toBe('127.0.0.1')
  expect(await query(first.url, 'show unix_socket_directories')).toBe('')
  await query(first.url, 'create table kept as select 7 as number')
  expect(statSync(join(folder.path, 'postgres/password')).mode & 0o777).toBe(0o600)
  const wrong = first.url.replace(/:[^:@]*@/, ':wrong@')
  await expect(query(wrong, 'select 1')).rejects.toThrow('password authentication failed')
  await first.stop()
  await using second = await startPostgres({ dir: folder.path, port: first.port })
  expect(await query(second.url, 'select number from kept')).toBe(7)
  expect(await query(second.url, 'show fsync')).toBe('on')
})

test('PostgreSQL in a private folder inside the temporary one can be entered by its user', async () => {
  using folder = temporaryFolder()
  await using postgres = await startPostgres({ dir: join(folder.path, 'deeper/still'), fsync: false })
  expect(await query(postgres.url, 'select current_database()')).toBe('parley')
})

test('a port that is taken is named', async () => {
  using folder = temporaryFolder()
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  await expect(startRedis({ dir: folder.path, port })).rejects.toThrow(`Redis: port ${port} is taken`)
  other.close()
})

test('a server that ends as it starts gives the end of its log', async () => {
  using folder = temporaryFolder()
  folder.write('jetstream', 'a file where a folder belongs')
  await expect(startNats({ dir: folder.path, jetstream: true })).rejects.toThrow(
    /NATS ended as it started[^]*storage directory/,
  )
  expect(readFileSync(join(folder.path, 'nats.log'), 'utf8')).not.toContain(
    readFileSync(join(folder.path, 'password'), 'utf8').trim(),
  )
})
