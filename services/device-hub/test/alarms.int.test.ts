import { device, deviceAlarms, type AlarmDue, type NewAlarm } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import type { VirtualDevice } from '@parley/testkit/device'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { finished, openRealScene, started, text, type RealScene } from './real-scene.ts'

const stack = new AsyncDisposableStack()
let scene: RealScene
let database: pg.Client
let deviceId: string
let token: string

beforeAll(async () => {
  scene = stack.use(await openRealScene({ TIME_ZONE: 'UTC' }))
  database = new pg.Client({ connectionString: scene.corner.databaseUrl, options: '-c search_path=device_hub' })
  await database.connect()
  stack.defer(() => database.end())
})
afterAll(() => stack.disposeAsync())
beforeEach(async () => {
  deviceId = scene.newDeviceId()
  ;({ token } = await scene.enrol(deviceId))
})

const connect = (hub = scene.hubs[0]) => scene.connect({ deviceId, token, ...(hub && { hub }) })

/** As soon as the device can be reached. */
const reach = <T>(ask: () => Promise<T>) => vi.waitFor(ask, { timeout: 3_000, interval: 10 })
const setHere = (alarm: NewAlarm) =>
  reach(() => scene.bus.request(deviceAlarms.setAlarmHere, alarm, { tokens: { deviceId } }))
const listHere = async () => (await scene.bus.request(deviceAlarms.listAlarmsHere, {}, { tokens: { deviceId } })).alarms

async function bind() {
  const person = newPerson()
  const ask = () =>
    scene.bus.request(device.call, { name: 'parley.get_pairing_code', arguments: {} }, { tokens: { deviceId } })
  const { pairing_code: code } = JSON.parse((await reach(ask)).text) as { pairing_code: string }
  await callAs(person, () => scene.bus.request(device.bind, { code }))
  return person
}

/** As if it had been set long ago: `interval` is PostgreSQL's. */
const makeLate = (alarmId: string, interval: string) =>
  database.query('UPDATE alarms SET due_at = now() - $2::interval WHERE id = $1', [alarmId, interval])

const spoken = (connection: VirtualDevice) =>
  connection.log.events.flatMap((event) =>
    event.kind === 'message' && event.body['state'] === 'sentence_start' ? [String(event.body['text'])] : [],
  )

test('a timer is shown and said when it is up, and is gone then', async () => {
  await using connection = await connect()
  const { dueAt } = await setHere({ kind: 'timer', due: { inS: 1 }, text: 'tea' })
  const said = await connection.message('tts', { state: 'sentence_start', text: 'Your timer for tea is up.' })
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(dueAt))
  expect(Date.now()).toBeLessThan(Date.parse(dueAt) + 2_000)
  expect((await connection.message('alert')).body).toMatchObject({ status: 'Timer', message: said.body['text'] })
  await connection.message('tts', { state: 'stop' })
  await expect.poll(listHere).toEqual([])
})

test('what repeats is due again, and its owner sees all of it', async () => {
  await using connection = await connect()
  const person = await bind()
  const updates = await scene.updatesOf(person.userId)
  const own = <T>(work: () => Promise<T>) => callAs(person, work)
  const due = { at: new Date(Date.now() + 1_000).toISOString() }
  const given = { deviceId, kind: 'reminder', due, repeats: 'daily', text: '喝水', language: 'zh-CN' } as const
  const { alarmId, dueAt } = await own(() => scene.bus.request(deviceAlarms.setAlarm, given))
  await connection.message('tts', { state: 'sentence_start', text: '提醒你：喝水。' })
  const list = () => own(() => scene.bus.request(deviceAlarms.listAlarms, { deviceId }))
  const tomorrow = new Date(Date.parse(dueAt) + 86_400_000)
  tomorrow.setMilliseconds(0)
  await expect.poll(async () => (await list()).alarms[0]?.dueAt).toBe(tomorrow.toISOString())
  await own(() => scene.bus.request(deviceAlarms.cancelAlarm, { deviceId, alarmId }))
  expect((await list()).alarms).toEqual([])
  const states = () => updates.flatMap((update) => (update.type === 'device-alarm' ? [update.state] : []))
  await expect.poll(states).toEqual(['set', 'rung', 'cancelled'])
})

describe('a device that is away', () => {
  test('is told when it is back, with when it was due', async () => {
    const first = await connect()
    const { alarmId } = await setHere({ kind: 'alarm', due: { inS: 600 } })
    await first[Symbol.asyncDispose]()
    await makeLate(alarmId, '3 hours')
    await using second = await connect(await scene.openHub())
    const late = await second.message('tts', { state: 'sentence_start' })
    expect(late.body['text']).toMatch(/^This was due at \d{1,2}:\d\d [AP]M/)
  })

  test('for more than a day has no timers any more, and its owner knows', async () => {
    const first = await connect()
    const person = await bind()
    const updates = await scene.updatesOf(person.userId)
    const { alarmId } = await setHere({ kind: 'timer', due: { inS: 600 } })
    await first[Symbol.asyncDispose]()
    await makeLate(alarmId, '25 hours')
    // It looks when it starts.
    await scene.openHub()
    const dropped = { type: 'device-alarm', alarmId, state: 'dropped' }
    await expect.poll(() => updates).toContainEqual(expect.objectContaining(dropped))
    expect((await database.query('SELECT 1 FROM alarms WHERE id = $1', [alarmId])).rowCount).toBe(0)
  })
})

test('nothing is said into a sentence: it comes after the turn', async () => {
  scene.behind.frames = 20
  scene.behind.reply = () => [started, text('One two three four five six seven eight.'), finished]
  await using connection = await connect()
  await setHere({ kind: 'timer', due: { inS: 1 } })
  connection.send({ type: 'listen', state: 'detect', text: 'tell me something' })
  await connection.message('tts', { state: 'sentence_start', text: 'Your timer is up.' })
  const outline = connection.log.events.flatMap((event) =>
    event.kind === 'message' && event.type === 'tts' ? [String(event.body['text'] ?? event.body['state'])] : [],
  )
  expect(outline).toEqual(['start', 'One two three four five six seven eight.', 'stop', 'start', 'Your timer is up.'])
  scene.behind.frames = 3
})

describe('an instance that dies', () => {
  test('while its device talks: the timer is said by the other one, once', async () => {
    const dying = await scene.openHub({ DRAIN_MS: '100' })
    scene.behind.frames = 60
    scene.behind.reply = () => [started, text('One two three four five six seven eight.'), finished]
    const first = await connect(dying)
    await setHere({ kind: 'timer', due: { inS: 1 } })
    first.send({ type: 'listen', state: 'detect', text: 'tell me something' })
    await first.message('tts', { state: 'sentence_start' })
    const isDue = 'SELECT 1 FROM alarms WHERE device_id = $1 AND due_at < now()'
    await expect.poll(async () => (await database.query(isDue, [deviceId])).rowCount, { timeout: 3_000 }).toBe(1)
    await dying[Symbol.asyncDispose]()
    scene.behind.frames = 3
    expect(spoken(first)).toEqual(['One two three four five six seven eight.'])
    await using second = await connect()
    await second.message('tts', { state: 'sentence_start', text: 'Your timer is up.' })
    await expect.poll(listHere).toEqual([])
  })

  test('with one in its hand: nobody says it again, its owner knows, and what repeats goes on', async () => {
    const first = await connect()
    const person = await bind()
    const updates = await scene.updatesOf(person.userId)
    const once = await setHere({ kind: 'timer', due: { inS: 600 } })
    const daily = await setHere({ kind: 'alarm', due: { inS: 600 }, repeats: 'daily' })
    const taken = 'UPDATE alarms SET due_at = now(), session_id = $2 WHERE device_id = $1'
    await database.query(taken, [deviceId, first.sessionId])
    await first[Symbol.asyncDispose]()
    await using second = await connect()
    const missed = () =>
      updates.flatMap((update) => (update.type === 'device-alarm' && update.state === 'missed' ? [update.alarmId] : []))
    await expect.poll(missed, { timeout: 5_000 }).toHaveLength(2)
    expect(missed().toSorted()).toEqual([once.alarmId, daily.alarmId].toSorted())
    expect((await listHere()).map(({ alarmId }) => alarmId)).toEqual([daily.alarmId])
    expect(spoken(second)).toEqual([])
  })

  test('two that look at the same time give it to one connection', async () => {
    await scene.openHub()
    await using connection = await connect()
    await setHere({ kind: 'timer', due: { inS: 1 } })
    await connection.message('tts', { state: 'sentence_start', text: 'Your timer is up.' })
    await connection.message('tts', { state: 'stop' })
    await expect.poll(listHere).toEqual([])
    expect(spoken(connection)).toHaveLength(1)
  })
})

describe('what cannot be', () => {
  test('is refused, with the reason', async () => {
    await using _connection = await connect()
    const set = (due: AlarmDue, more: Partial<NewAlarm> = {}) => setOnce({ kind: 'timer', due, ...more })
    await setHere({ kind: 'timer', due: { inS: 600 } })
    await expect(set({ at: '2020-01-01T00:00:00Z' })).rejects.toMatchObject({ code: 'bad-request' })
    await expect(set({ inS: 60 }, { repeats: 'daily' })).rejects.toMatchObject({ code: 'bad-request' })
    await expect(set({ inS: 60 }, { kind: 'reminder' })).rejects.toMatchObject({ code: 'bad-request' })
    await expect(set({ time: '25:00' })).rejects.toMatchObject({ code: 'bad-request' })
  })

  test('more than a device keeps', async () => {
    await using _connection = await connect()
    await setHere({ kind: 'timer', due: { inS: 600 } })
    const more = Array.from({ length: 64 }, () => setOnce({ kind: 'timer', due: { inS: 600 } }))
    const refused = (await Promise.allSettled(more)).filter(({ status }) => status === 'rejected')
    expect(refused).toMatchObject([{ reason: { code: 'overloaded' } }])
  })

  test('somebody else’s device, or one that was given up', async () => {
    await using connection = await connect()
    const person = await bind()
    const { alarmId } = await setHere({ kind: 'timer', due: { inS: 600 } })
    const other = newPerson()
    const asOther = { code: 'not-found' }
    const due = { inS: 60 }
    await expect(
      callAs(other, () => scene.bus.request(deviceAlarms.setAlarm, { deviceId, kind: 'timer', due })),
    ).rejects.toMatchObject(asOther)
    await expect(callAs(other, () => scene.bus.request(deviceAlarms.listAlarms, { deviceId }))).rejects.toMatchObject(
      asOther,
    )
    await expect(
      callAs(other, () => scene.bus.request(deviceAlarms.cancelAlarm, { deviceId, alarmId })),
    ).rejects.toMatchObject(asOther)
    await callAs(person, () => scene.bus.request(device.unbind, { deviceId }))
    await connection.closed()
    expect((await database.query('SELECT 1 FROM alarms WHERE device_id = $1', [deviceId])).rowCount).toBe(0)
  })

  const setOnce = (alarm: NewAlarm) =>
    scene.bus.request(deviceAlarms.setAlarmHere, alarm, { tokens: { deviceId }, timeoutMs: 5_000 })
})

test('a device whose timer is about to be up does not leave before', async () => {
  const impatient = await scene.openHub({ DEVICE_IDLE_CLOSE_MS: '1000' })
  await using connection = await connect(impatient)
  await setHere({ kind: 'timer', due: { inS: 2 } })
  await connection.message('tts', { state: 'sentence_start', text: 'Your timer is up.' })
})
