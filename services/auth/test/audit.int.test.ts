import type { Bus } from '@parley/bus'
import { audit, type AuditEntry } from '@parley/contracts'
import { createLogger } from '@parley/service-kit'
import { callAs, newPerson, openCornerBus } from '@parley/test-caller'
import { cornerEnvironment, openCorner, type Corner } from '@parley/testkit'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'

const stack = new AsyncDisposableStack()
let corner: Corner
let bus: Bus
let database: pg.Client
const admin = newPerson('admin')

beforeAll(async () => {
  corner = stack.use(await openCorner())
  const quick = { ...cornerEnvironment(corner), PASSWORD_MEMORY_KIB: '1024', PASSWORD_PASSES: '1' }
  const log = createLogger({ service: 'auth', level: 'silent' })
  for (let instance = 0; instance < 2; instance++) stack.use(await createApp(readConfig(quick), { log }))
  bus = stack.use(await openCornerBus(corner))
  database = new pg.Client({ connectionString: corner.databaseUrl, options: '-c search_path=auth' })
  await database.connect()
  stack.defer(() => database.end())
})
afterAll(() => stack.disposeAsync())

const list = (filter: object = {}) => callAs(admin, () => bus.request(audit.list, { limit: 100, ...filter }))
const check = () => callAs(admin, () => bus.request(audit.check, {}))

test('what happened has its actor, and a place in one unbroken chain, whoever writes it', async () => {
  const person = newPerson()
  const notes = Array.from({ length: 20 }, (_, index) => () => {
    const note = () => bus.request(audit.note, { action: 'device.bound', target: { kind: 'device', id: `d-${index}` } })
    return index % 2 ? callAs(person, note) : note()
  })
  await Promise.all(notes.map((note) => note()))
  const { entries } = await list({ action: 'device.bound' })
  expect(entries).toHaveLength(20)
  expect(entries.filter(({ actor }) => actor.kind === 'user')).toHaveLength(10)
  expect(entries.find(({ actor }) => actor.kind === 'user')?.actor.id).toBe(person.userId)
  expect(entries.find(({ actor }) => actor.kind === 'service')?.actor.id).toBe('test')
  expect(await check()).toMatchObject({ entries: expect.any(Number) as number })
  expect((await check()).broken).toBeUndefined()
})

test('is found by actor, target, action and time, and paged', async () => {
  const person = newPerson()
  await callAs(person, async () => {
    for (const id of ['a', 'b', 'c'])
      await bus.request(audit.note, { action: 'agent.changed', target: { kind: 'agent', id } })
  })
  const first = await list({ actorId: person.userId, limit: 2 })
  expect(first.entries.map(({ target }) => target?.id)).toEqual(['c', 'b'])
  const rest = await list({ actorId: person.userId, limit: 2, before: first.before })
  expect(rest.entries.map(({ target }) => target?.id)).toEqual(['a'])
  expect((await list({ actorId: person.userId, targetId: 'b' })).entries).toHaveLength(1)
  expect((await list({ actorId: person.userId, until: '2020-01-01T00:00:00Z' })).entries).toEqual([])
})

test('is exported whole, oldest first', async () => {
  const entries: AuditEntry[] = await callAs(admin, () => Array.fromAsync(bus.stream(audit.export, {})))
  expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_entry, index) => index + 1))
})

describe('nobody', () => {
  test.each([
    ['but an administrator reads it', () => callAs(newPerson(), () => bus.request(audit.list, { limit: 1 }))],
    ['reads it as a service', () => bus.request(audit.list, { limit: 1 })],
  ])('%s', async (_who, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'forbidden' })
  })

  test.each(['UPDATE audit_entries SET outcome = outcome', 'DELETE FROM audit_entries', 'TRUNCATE audit_entries'])(
    'does %s',
    async (sql) => {
      await expect(database.query(sql)).rejects.toThrow('never changed or deleted')
    },
  )

  test('changes it unseen, not even by force', async () => {
    const before = await check()
    await database.query('ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_are_append_only')
    await database.query(`UPDATE audit_entries SET actor_id = 'somebody else' WHERE sequence = 3`)
    expect(await check()).toEqual({ entries: 3, broken: 3 })
    expect(before.broken).toBeUndefined()
  })
})
