import type { Bus } from '@parley/bus'
import { audit, app, chat, device, Problem, type AppUpdate, type Device, type Identity } from '@parley/contracts'
import { createLogger } from '@parley/service-kit'
import { cornerEnvironment, openCorner, type Corner } from '@parley/testkit'
import { callAs, newPerson, openCornerBus } from '@parley/test-caller'
import { connectDevice, UpgradeRefused } from '@parley/testkit/device'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createApp, type DeviceHub } from '../src/app.ts'
import { readHubConfig } from '../src/config.ts'

const stack = new AsyncDisposableStack()
const ownAgent = newId()
const adopted: { deviceId: string; ownerId: string }[] = []
let chatIsAway = false
let corner: Corner
let bus: Bus
let hub: DeviceHub

const openHub = () => {
  const environment = { ...cornerEnvironment(corner), DEVICE_HUB_PORT: '0', DEVICE_TOKEN_SECRET: 's'.repeat(32) }
  return createApp(readHubConfig(environment), { log: createLogger({ service: 'device-hub', level: 'silent' }) })
}

const noted: string[] = []
beforeAll(async () => {
  corner = stack.use(await openCorner())
  bus = stack.use(await openCornerBus(corner))
  bus.handle(chat.adoptDevice, (given) => {
    if (chatIsAway) throw new Problem('unavailable', 'not now')
    adopted.push(given)
    return { adopted: 1 }
  })
  bus.handle(chat.readAgent, ({ agentId }) => {
    if (agentId !== ownAgent) throw new Problem('not-found', 'There is no such agent')
    const about = {
      name: 'Bo',
      prompt: 'Be Bo.',
      voice: {},
      sampling: {},
      manner: {},
      isDefault: false,
      editable: true,
    }
    const mind = { tools: {}, memory: 'facts', intent: 'tools' } as const
    return { agentId, ...about, ...mind, updatedAt: new Date().toISOString() }
  })
  bus.handle(audit.note, ({ action, outcome, target }) => {
    noted.push(`${action} ${target?.id ?? 'nothing'} ${outcome}`)
    return { sequence: noted.length }
  })
  hub = stack.use(await openHub())
})
afterAll(() => stack.disposeAsync())

let devices = 0
const newDeviceId = () => `02:00:00:00:01:${(++devices).toString(16).padStart(2, '0')}`

/** A device that has asked for its configuration: its token. */
async function enrol(deviceId: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${hub.publicPort}/xiaozhi/ota/`, {
    method: 'POST',
    headers: { 'Device-Id': deviceId, 'Client-Id': 'one' },
    body: JSON.stringify({ board: { name: 'Round board' }, application: { version: '2.4.2' } }),
  })
  return ((await response.json()) as { websocket: { token: string } }).websocket.token
}
const connect = async (deviceId: string, token: string) =>
  connectDevice({ url: `ws://127.0.0.1:${hub.publicPort}/xiaozhi/v1/`, deviceId, clientId: 'one', token })

/** Asks a connected device for its code, as the model would; a connection may be younger than the bus knows. */
async function askForCode(deviceId: string): Promise<string> {
  const call = { name: 'parley.get_pairing_code', arguments: {} }
  const ask = () =>
    bus.request(device.call, call, { tokens: { deviceId } }).catch((error: Problem) => {
      if (error.code !== 'unavailable') throw error
      return undefined
    })
  const answer = await vi.waitUntil(ask, { timeout: 2_000, interval: 10 })
  return (JSON.parse(answer.text) as { pairing_code: string }).pairing_code
}
const bind = (person: Identity, code: string, name?: string): Promise<Device> =>
  callAs(person, () => bus.request(device.bind, { code, ...(name && { name }) }))
const list = (person: Identity) => callAs(person, async () => (await bus.request(device.list, {})).devices)

/** A device with an owner, connected. */
async function owned() {
  const person = newPerson()
  const deviceId = newDeviceId()
  const token = await enrol(deviceId)
  const connection = await connect(deviceId, token)
  await bind(person, await askForCode(deviceId))
  return { deviceId, token, connection, person }
}

describe('a device without an owner', () => {
  test('becomes the user’s by its code, once, with what was said to it', async () => {
    const [deviceId, person] = [newDeviceId(), newPerson()]
    await using _connection = await connect(deviceId, await enrol(deviceId))
    const code = await askForCode(deviceId)
    expect(await askForCode(deviceId)).toBe(code)

    const told: AppUpdate[] = []
    await using _listening = bus.on(app.update, (update) => void told.push(update), {
      tokens: { userId: person.userId },
    })
    await bus.flush()
    const bound = await bind(person, code, 'Kitchen')
    expect(bound).toMatchObject({ deviceId, name: 'Kitchen', boardName: 'Round board', online: true })
    expect(await list(person)).toEqual([bound])
    expect(adopted).toContainEqual({ deviceId, ownerId: person.userId })
    await expect.poll(() => told).toEqual([{ type: 'device-bound', deviceId, name: 'Kitchen' }])

    await expect(bind(newPerson(), code)).rejects.toMatchObject({ code: 'not-found' })
    expect(await bus.request(device.call, { name: 'lamp', arguments: {} }, { tokens: { deviceId } })).toMatchObject({
      failed: true,
    })
  })

  test('of two who have its code, one gets it', async () => {
    const deviceId = newDeviceId()
    await using _connection = await connect(deviceId, await enrol(deviceId))
    const code = await askForCode(deviceId)
    const tries = await Promise.allSettled([bind(newPerson(), code), bind(newPerson(), code)])
    expect(tries.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  test('that never asked for its configuration cannot be paired yet', async () => {
    const deviceId = newDeviceId()
    await using _connection = await connect(deviceId, '')
    await expect(askForCode(deviceId)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('is bound even while chat-llm is away, which hears of it later', async () => {
    const [deviceId, person] = [newDeviceId(), newPerson()]
    await using _connection = await connect(deviceId, await enrol(deviceId))
    chatIsAway = true
    expect(await bind(person, await askForCode(deviceId))).toMatchObject({ deviceId })
    chatIsAway = false
    expect(adopted).not.toContainEqual({ deviceId, ownerId: person.userId })
    await using _another = await openHub()
    await expect.poll(() => adopted).toContainEqual({ deviceId, ownerId: person.userId })
  })
})

describe('a device with an owner', () => {
  test('can be renamed and given an agent of the owner’s', async () => {
    const { deviceId, person, connection } = await owned()
    await using _connection = connection
    const update = (changes: { name?: string; agentId?: string | null }) =>
      callAs(person, () => bus.request(device.update, { deviceId, ...changes }))
    expect(await update({ name: 'Desk' })).toMatchObject({ name: 'Desk' })
    expect(await update({ agentId: ownAgent })).toMatchObject({ name: 'Desk', agentId: ownAgent })
    await expect(update({ agentId: newId() })).rejects.toMatchObject({ code: 'not-found' })
    expect((await update({ agentId: null })).agentId).toBeUndefined()
  })

  test('is given another agent by whoever knows that it is the owner’s, and its session hears of it', async () => {
    const { deviceId, person, connection } = await owned()
    await using _connection = connection
    const changed: unknown[] = []
    await using _listening = bus.on(device.changed, (change) => void changed.push(change), { tokens: { deviceId } })
    await bus.flush()
    const [ownerId, agentId] = [person.userId, newId()]
    expect(await bus.request(device.setAgent, { deviceId, ownerId, agentId })).toEqual({})
    expect(await callAs(person, () => bus.request(device.read, { deviceId }))).toMatchObject({ agentId })
    await expect.poll(() => changed).toMatchObject([{ ownerId, agentId }])
    const stranger = bus.request(device.setAgent, { deviceId, ownerId: newId(), agentId })
    await expect(stranger).rejects.toMatchObject({ code: 'not-found' })
  })

  test('is nobody else’s business', async () => {
    const { deviceId, connection } = await owned()
    await using _connection = connection
    const stranger = newPerson()
    const read = () => bus.request(device.read, { deviceId })
    const unbind = () => bus.request(device.unbind, { deviceId })
    const update = () => bus.request(device.update, { deviceId, name: 'Mine' })
    for (const call of [read, unbind, update])
      await expect(callAs<Promise<unknown>>(stranger, call)).rejects.toMatchObject({ code: 'not-found' })
    expect(await list(stranger)).toEqual([])
  })

  test('that is given up is sent away, and its credential is void', async () => {
    const { deviceId, person, token, connection } = await owned()
    const told: AppUpdate[] = []
    await using _listening = bus.on(app.update, (update) => void told.push(update), {
      tokens: { userId: person.userId },
    })
    await bus.flush()
    expect(await callAs(person, () => bus.request(device.unbind, { deviceId }))).toEqual({ unbound: true })
    expect(await connection.closed()).toMatchObject({ code: 4503 })
    expect(told).toContainEqual({ type: 'device-unbound', deviceId })
    expect(await list(person)).toEqual([])
    await expect(connect(deviceId, token)).rejects.toThrow(UpgradeRefused)
    await using again = await connect(deviceId, await enrol(deviceId))
    expect(again.sessionId).not.toBe('')
  })

  test('says by its credential whose it is, wherever it asks for something', async () => {
    const { deviceId, person, token } = await owned()
    const authenticate = (proof: { clientId?: string; credential?: string }) =>
      bus.request(device.authenticate, { deviceId, ...proof })
    expect(await authenticate({ credential: token, clientId: 'one' })).toEqual({ deviceId, ownerId: person.userId })
    for (const proof of [{}, { credential: `${token}0` }, { credential: token, clientId: 'two' }])
      await expect(authenticate(proof)).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('tells the owner’s apps when it comes and goes', async () => {
    const { deviceId, person, token, connection } = await owned()
    const told: string[] = []
    await using _listening = bus.on(app.update, ({ type }) => void told.push(type), {
      tokens: { userId: person.userId },
    })
    await bus.flush()
    await connection[Symbol.asyncDispose]()
    await expect.poll(() => told).toEqual(['device-offline'])
    expect(await list(person)).toMatchObject([{ online: false }])
    await using _again = await connect(deviceId, token)
    await expect.poll(() => told).toEqual(['device-offline', 'device-online'])
  })
})

test('who binds, gives up and hands on a device stands in the audit record, and who tries to in vain', async () => {
  const { deviceId, person, connection } = await owned()
  await expect(bind(newPerson(), '000000')).rejects.toMatchObject({ code: 'not-found' })
  await callAs(person, () => bus.request(device.transfer, { deviceId }))
  const stranger = callAs(newPerson(), () => bus.request(device.unbind, { deviceId }))
  await expect(stranger).rejects.toMatchObject({ code: 'not-found' })
  await callAs(person, () => bus.request(device.unbind, { deviceId }))
  await expect
    .poll(() => noted.filter((line) => line.includes(deviceId) || line.includes('nothing')))
    .toEqual(
      expect.arrayContaining([
        `device.bound ${deviceId} done`,
        'device.bound nothing not-found',
        `device.transfer-begun ${deviceId} done`,
        `device.unbound ${deviceId} not-found`,
        `device.unbound ${deviceId} done`,
      ]),
    )
  await connection.closed()
})

test('a device is handed on by a code: it stays its owner’s until the next one types it, and then is the next one’s alone', async () => {
  const { deviceId, person, connection } = await owned()
  const next = newPerson()
  const { code } = await callAs(person, () => bus.request(device.transfer, { deviceId }))
  expect((await list(person)).map((own) => own.deviceId)).toContain(deviceId)
  const told: string[] = []
  const listening = [person, next].map(({ userId }) =>
    bus.on(app.update, (update) => void told.push(`${userId === next.userId ? 'next' : 'before'} ${update.type}`), {
      tokens: { userId },
    }),
  )
  await bus.flush()
  expect(await bind(next, code)).toMatchObject({ deviceId, online: true })
  await expect.poll(() => told).toEqual(expect.arrayContaining(['next device-bound', 'before device-unbound']))
  expect((await list(person)).map((own) => own.deviceId)).not.toContain(deviceId)
  await expect(callAs(person, () => bus.request(device.read, { deviceId }))).rejects.toMatchObject({
    code: 'not-found',
  })
  await expect(bind(newPerson(), code)).rejects.toMatchObject({ code: 'not-found' })
  for (const subscription of listening) subscription.stop()
  await connection[Symbol.asyncDispose]()
})
