import { authAccount, device, deviceAlarms, deviceCommands, type StoredCommand } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import { UpgradeRefused, type VirtualDevice } from '@parley/testkit/device'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { DeviceHub } from '../src/app.ts'
import { finished, openRealScene, started, text, type RealScene } from './real-scene.ts'

const stack = new AsyncDisposableStack()
let scene: RealScene
let [one, two]: DeviceHub[] = []

beforeAll(async () => {
  scene = stack.use(await openRealScene())
  ;[one, two] = [scene.hubs[0] as DeviceHub, await scene.openHub()]
})
afterAll(() => stack.disposeAsync())

const volume = {
  description: 'Sets the volume',
  run: ({ volume }: Record<string, unknown>) => `volume ${String(volume)}`,
}

/** Until the device can be reached: a connection may be younger than the bus knows. */
const reach = <T>(ask: () => Promise<T>): Promise<T> =>
  vi
    .waitUntil(
      () =>
        ask().then(
          (value) => ({ value }),
          () => undefined,
        ),
      { timeout: 3_000, interval: 10 },
    )
    .then(({ value }) => value)

/** A connected device with an owner. */
async function owned(connected: VirtualDevice, deviceId: string) {
  const person = newPerson()
  const ask = () =>
    scene.bus.request(device.call, { name: 'parley.get_pairing_code', arguments: {} }, { tokens: { deviceId } })
  const { pairing_code: code } = JSON.parse((await reach(ask)).text) as { pairing_code: string }
  await callAs(person, () => scene.bus.request(device.bind, { code }))
  return { person, connected }
}

describe('two instances', () => {
  test('a device is called wherever its connection is', async () => {
    for (const hub of [one, two]) {
      const deviceId = scene.newDeviceId()
      await using _connection = await scene.connect({ hub, deviceId, tools: { set_volume: volume } })
      const call = { name: 'set_volume', arguments: { volume: 40 } }
      const ask = async () => {
        const answer = await scene.bus.request(device.call, call, { tokens: { deviceId } })
        if (answer.failed) throw new Error(answer.text)
        return answer
      }
      expect(await reach(ask)).toEqual({ text: 'volume 40', failed: false })
    }
  })

  test('the newest connection of a device wins within a second, and keeps its lease', async () => {
    const deviceId = scene.newDeviceId()
    const { token } = await scene.enrol(deviceId)
    await using old = await scene.connect({ hub: one, deviceId, token })
    await reach(() => scene.bus.request(device.tools, {}, { tokens: { deviceId } }))
    const startedAt = performance.now()
    await using fresh = await scene.connect({ hub: two, deviceId, token })
    expect(await old.closed(1_000)).toMatchObject({ code: 4409, reason: 'replaced' })
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    expect(fresh.open).toBe(true)
    const redis = new Redis(scene.corner.redisUrl, { keyPrefix: scene.corner.redisKeyPrefix })
    // The one that lost ends, and must not take the winner's lease with it.
    await expect.poll(() => redis.get(`device:session:${deviceId}`)).toMatch(/\|2$/)
    await reach(() => scene.bus.request(device.tools, {}, { tokens: { deviceId } }))
    expect(await redis.get(`device:session:${deviceId}`)).toMatch(/\|2$/)
    redis.disconnect()
  })

  test('an owner who gives a device up is obeyed by the instance that has it', async () => {
    const deviceId = scene.newDeviceId()
    await using connection = await scene.connect({ hub: two, deviceId })
    const { person } = await owned(connection, deviceId)
    await callAs(person, () => scene.bus.request(device.unbind, { deviceId }))
    expect(await connection.closed()).toMatchObject({ code: 4503 })
  })
})

test('somebody whose account is deleted has no device any more, and wanted nothing of one', async () => {
  const deviceId = scene.newDeviceId()
  await using connection = await scene.connect({ hub: two, deviceId })
  const { person } = await owned(connection, deviceId)
  await callAs(person, () =>
    scene.bus.request(deviceCommands.sendCommand, { deviceId, command: { type: 'alert', message: 'Hello' } }),
  )
  const alarm = { kind: 'timer', due: { inS: 600 } } as const
  await callAs(person, () => scene.bus.request(deviceAlarms.setAlarm, { deviceId, ...alarm }))
  const told: unknown[] = []
  scene.bus.handle(authAccount.noteErased, ({ erased }) => {
    told.push(erased)
    return {}
  })
  await scene.bus.flush()
  const { userId } = person
  scene.bus.publish(authAccount.erasing, { erasureId: crypto.randomUUID(), userId })
  expect(await connection.closed()).toMatchObject({ code: 4503 })
  await expect.poll(() => told).toEqual([{ devices: 1, bindings: 1, commands: 1, alarms: 1 }])
  expect((await callAs(person, () => scene.bus.request(device.list, {}))).devices).toEqual([])
})

describe('commands', () => {
  const send = (person: ReturnType<typeof newPerson>, deviceId: string, command: object, ttlS?: number) =>
    callAs(person, () => scene.bus.request(deviceCommands.sendCommand, { deviceId, command, ttlS } as never))
  const list = async (person: ReturnType<typeof newPerson>, deviceId: string) =>
    (await callAs(person, () => scene.bus.request(deviceCommands.listCommands, { deviceId, limit: 50 }))).commands

  test('wait for a device that is away, are given to it once, in order, and their answers are kept', async () => {
    const deviceId = scene.newDeviceId()
    const { token } = await scene.enrol(deviceId)
    const calls: unknown[] = []
    const tools = {
      set_volume: { ...volume, run: (given: Record<string, unknown>) => (calls.push(given['volume']), 'ok') },
    }
    const first = await scene.connect({ deviceId, token, tools })
    const { person } = await owned(first, deviceId)
    const updates = await scene.updatesOf(person.userId)
    await first[Symbol.asyncDispose]()

    for (const level of [1, 2, 3])
      expect(
        await send(person, deviceId, { type: 'call', name: 'set_volume', arguments: { volume: level } }),
      ).toMatchObject({
        state: 'queued',
      })
    await send(person, deviceId, { type: 'alert', message: 'Hello' })
    // Two connections, one after the other, on two instances: each command once.
    const [second, third] = [
      await scene.connect({ hub: two, deviceId, token, tools }),
      await scene.connect({ hub: one, deviceId, token, tools }),
    ]
    const ended = ({ state }: StoredCommand) => state === 'done' || state === 'unanswered'
    await expect.poll(async () => (await list(person, deviceId)).filter(ended).length, { timeout: 5_000 }).toBe(4)
    const states = (await list(person, deviceId)).map(({ state }) => state)
    expect(calls).toEqual([...new Set(calls)])
    expect(calls).toEqual(calls.toSorted())
    if (states.every((state) => state === 'done')) expect(calls).toEqual([1, 2, 3])
    await expect
      .poll(() => updates.filter((update) => update.type === 'device-command' && update.state === 'done').length)
      .toBe(states.filter((state) => state === 'done').length)
    await using _second = second
    await using _third = third
  })

  test('reach a device that is there at once, wherever it is', async () => {
    const deviceId = scene.newDeviceId()
    await using connection = await scene.connect({ hub: two, deviceId })
    const { person } = await owned(connection, deviceId)
    await send(person, deviceId, { type: 'say', text: 'The tea is ready.' })
    await connection.message('tts', { state: 'sentence_start', text: 'The tea is ready.' })
    await send(person, deviceId, { type: 'reboot' })
    expect((await connection.message('system')).body).toMatchObject({ command: 'reboot' })
    await expect.poll(async () => (await list(person, deviceId)).map(({ state }) => state)).toEqual(['done', 'done'])
  })

  test('of a failing tool say so; those of somebody else do not exist', async () => {
    const deviceId = scene.newDeviceId()
    await using connection = await scene.connect({ deviceId, tools: { set_volume: volume } })
    const { person } = await owned(connection, deviceId)
    await send(person, deviceId, { type: 'call', name: 'lamp', arguments: {} })
    await expect
      .poll(async () => await list(person, deviceId))
      .toMatchObject([{ state: 'failed', result: 'Unknown tool: lamp' }])
    await expect(send(newPerson(), deviceId, { type: 'reboot' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(list(newPerson(), deviceId)).rejects.toMatchObject({ code: 'not-found' })
  })

  test('are bounded', async () => {
    const deviceId = scene.newDeviceId()
    const connection = await scene.connect({ deviceId })
    const { person } = await owned(connection, deviceId)
    await connection[Symbol.asyncDispose]()
    await expect
      .poll(async () => (await callAs(person, () => scene.bus.request(device.read, { deviceId }))).online)
      .toBe(false)
    const all = Array.from({ length: 101 }, () => send(person, deviceId, { type: 'reboot' }))
    const outcomes = await Promise.allSettled(all)
    const refused = outcomes.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(1)
    expect(refused).toMatchObject([{ reason: { code: 'overloaded' } }])
  })
})

describe('an instance that ends', () => {
  test('lets fifty who talk finish: not one turn fails', async () => {
    const leaving = await scene.openHub({ DRAIN_MS: '10000' })
    scene.behind.frames = 10
    scene.behind.reply = () => [
      started,
      text('One two three four. Five six seven eight. Nine ten eleven twelve.'),
      finished,
    ]
    const talking = await Promise.all(Array.from({ length: 50 }, () => scene.connect({ hub: leaving })))
    const quiet = await Promise.all(Array.from({ length: 10 }, () => scene.connect({ hub: leaving })))
    for (const connection of talking) connection.send({ type: 'listen', state: 'detect', text: 'tell me something' })
    await Promise.all(talking.map((connection) => connection.message('tts', { state: 'sentence_start' })))

    const ended = leaving[Symbol.asyncDispose]()
    await expect(scene.connect({ hub: leaving, token: 'any' })).rejects.toThrow(UpgradeRefused)
    await ended
    for (const connection of talking) {
      const last = connection.log.events.at(-1)
      expect(last).toMatchObject({ kind: 'close', code: 1012 })
      const sentences = connection.log.events.filter(
        (event) => event.kind === 'message' && event.body['state'] === 'sentence_start',
      )
      expect(sentences).toHaveLength(3)
      expect(connection.log.events.filter(({ kind }) => kind === 'audio')).toHaveLength(30)
      await connection.message('tts', { state: 'stop' })
    }
    for (const connection of quiet) expect(await connection.closed()).toMatchObject({ code: 1012, reason: 'shutdown' })
    const all = scene.behind.heard.slice(-50)
    expect(all.filter(({ interrupted }) => interrupted)).toEqual([])
    scene.behind.frames = 3
  })

  test('ends a long reply with its sentence, in time', async () => {
    const leaving = await scene.openHub({ DRAIN_MS: '4000' })
    scene.behind.frames = 12
    scene.behind.reply = () => [started, text('One two three four five six. '.repeat(40)), finished]
    await using connection = await scene.connect({ hub: leaving })
    connection.send({ type: 'listen', state: 'detect', text: 'tell me a lot' })
    await connection.message('tts', { state: 'sentence_start' })
    await leaving[Symbol.asyncDispose]()
    await connection.message('tts', { state: 'stop' })
    const frames = connection.log.events.filter(({ kind }) => kind === 'audio').length
    expect(frames % 12).toBe(0)
    expect(scene.behind.heard.at(-1)).toMatchObject({
      interrupted: true,
      text: expect.stringMatching(/six\.$/) as string,
    })
    scene.behind.frames = 3
  })
})

describe('too many at once', () => {
  test('are told to come back in a moment, and the others are served', async () => {
    const narrow = await scene.openHub({ DEVICE_ACCEPT_PER_SECOND: '5' })
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, () => scene.connect({ hub: narrow, deviceId: scene.newDeviceId(), token: 'x' })),
    )
    const refused = all.flatMap((one) => (one.status === 'rejected' ? [one.reason as UpgradeRefused] : []))
    expect(all.length - refused.length).toBeGreaterThanOrEqual(5)
    expect(refused.length).toBeGreaterThan(5)
    for (const { status, headers, body } of refused) {
      expect([status, JSON.parse(body)]).toMatchObject([503, { code: 'overloaded' }])
      expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1)
    }
    for (const one of all) if (one.status === 'fulfilled') await one.value[Symbol.asyncDispose]()
  })

  test('has a cap', async () => {
    const small = await scene.openHub({ MAX_CONNECTIONS: '2' })
    const connections = [await scene.connect({ hub: small }), await scene.connect({ hub: small })]
    await expect(scene.connect({ hub: small })).rejects.toMatchObject({ status: 503 })
    for (const connection of connections) await connection[Symbol.asyncDispose]()
  })
})
