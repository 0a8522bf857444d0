import { createLogger, drift, openDatabase, openHealth, openRedis, readConfig } from '@parley/service-kit'
import { databaseVariables, redisVariables } from '@parley/service-kit'
import { cornerEnvironment, openCorner, type Corner } from '@parley/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DeviceStore } from '../src/domain/enrolment.ts'
import type { LeaseStore } from '../src/domain/presence.ts'
import { PrismaClient } from '../src/stores/generated/client.ts'
import { createDeviceStore } from '../src/stores/prisma-device-store.ts'
import { createLeaseStore } from '../src/stores/redis-lease-store.ts'
import { tables } from '../src/tables.ts'

const log = createLogger({ service: 'device-hub', level: 'silent' })
const stack = new AsyncDisposableStack()
let corner: Corner
let devices: DeviceStore
let redis: Awaited<ReturnType<typeof openRedis>>['redis']

beforeAll(async () => {
  corner = stack.use(await openCorner())
  const config = readConfig({ ...databaseVariables(), ...redisVariables() }, cornerEnvironment(corner))
  const health = stack.use(await openHealth({ port: 0 }))
  const pool = stack.use(await openDatabase(config, tables, { log, health }))
  const database = stack.adopt(new PrismaClient({ adapter: pool.adapter }), (client) => client.$disconnect())
  devices = createDeviceStore(database)
  redis = stack.use(await openRedis(config, { log, health })).redis
})
afterAll(() => stack.disposeAsync())

test('the migrations give what the schema says', async () => {
  expect(await drift({ databaseUrl: corner.databaseUrl, ...tables })).toBe('')
})

describe('the registry of devices', () => {
  test('keeps the first installation when two ask at once', async () => {
    const asked = ['client-1', 'client-2'].map((clientId) =>
      devices.add({ deviceId: '02:00:00:00:00:01', clientId }, {}),
    )
    const [first, second] = await Promise.all(asked)
    expect(first).toEqual(second)
    expect(await devices.find('02:00:00:00:00:01')).toEqual(first)
  })

  test('binds a credential anew only once', async () => {
    const device = await devices.add({ deviceId: '02:00:00:00:00:02', clientId: 'old' }, { boardType: 'test' })
    const taken = await Promise.all(['new-1', 'new-2'].map((clientId) => devices.rebind(device, clientId)))
    expect(taken.filter(Boolean)).toHaveLength(1)
    expect(await devices.find(device.deviceId)).toMatchObject({
      credentialEpoch: 2,
      clientId: taken.find(Boolean)?.clientId,
    })
  })

  test('knows nothing of a device that never asked', async () => {
    expect(await devices.find('02:00:00:00:00:03')).toBeUndefined()
    await devices.updateFacts('02:00:00:00:00:03', { firmwareVersion: '1' })
    await devices.touch(['02:00:00:00:00:03'])
    expect(await devices.find('02:00:00:00:00:03')).toBeUndefined()
  })
})

describe('leases', () => {
  const deviceId = '02:00:00:00:00:11'
  const holder = (name: string): LeaseStore => createLeaseStore(redis, name)

  test('the newer claim wins, with a higher epoch, and the older one cannot release it', async () => {
    const older = await holder('hub-1').claim(deviceId)
    const newer = await holder('hub-2').claim(deviceId)
    expect(newer).toBeGreaterThan(older)
    expect(await holder('hub-1').release(deviceId, older)).toBe(false)
    expect(await redis.get(`device:session:${deviceId}`)).toBe(`hub-2|${newer}`)
    expect(await holder('hub-2').release(deviceId, newer)).toBe(true)
    expect(await redis.get(`device:session:${deviceId}`)).toBeNull()
  })

  test('refreshing tells who was replaced, and brings back a lease that ran out', async () => {
    const mine = { deviceId: '02:00:00:00:00:12', epoch: await holder('hub-1').claim('02:00:00:00:00:12') }
    const lost = { deviceId: '02:00:00:00:00:13', epoch: await holder('hub-1').claim('02:00:00:00:00:13') }
    await holder('hub-2').claim(lost.deviceId)
    await redis.del(`device:session:${mine.deviceId}`)
    expect(await holder('hub-1').refresh([mine, lost])).toEqual([lost.deviceId])
    expect(await redis.get(`device:session:${mine.deviceId}`)).toBe(`hub-1|${mine.epoch}`)
  })

  test('a device was seen for five minutes', async () => {
    await holder('hub-1').claim(deviceId)
    const left = await redis.pttl(`device:last_seen:${deviceId}`)
    expect(left).toBeGreaterThan(290_000)
    expect(left).toBeLessThanOrEqual(300_000)
  })
})
