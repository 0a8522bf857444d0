import { once } from 'node:events'
import { device, deviceCommands, Problem, type StoredCommand } from '@parley/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { openGateway, type GatewayFixture } from './fixture.ts'

const deviceId = 'aa:bb:cc:dd:ee:ff'
let edge: GatewayFixture
let gate = Promise.withResolvers<void>()
const asked: { userId: string; input: unknown }[] = []

beforeAll(async () => {
  edge = await openGateway({ RATE_LIMIT_GENERAL: '40/60' })
  edge.bus.handle(deviceCommands.sendCommand, (input, { identity }): StoredCommand => {
    asked.push({ userId: identity.userId, input })
    const at = new Date().toISOString()
    return {
      commandId: crypto.randomUUID(),
      deviceId,
      command: input.command,
      state: 'queued',
      createdAt: at,
      expiresAt: at,
    }
  })
  edge.bus.handle(device.control, async ({ action }) => {
    if (action === 'get_status') await gate.promise
    if (action === 'turn_off') throw new Problem('unavailable', 'The device is not connected')
    return { success: true, message: action }
  })
  await edge.bus.flush()
})
afterAll(() => edge[Symbol.asyncDispose]())

async function connect(token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const socket = new WebSocket(`${edge.origin.replace('http', 'ws')}/ws/app`, { headers })
  const told: Record<string, unknown>[] = []
  socket.on('message', (data) => told.push(JSON.parse((data as Buffer).toString()) as Record<string, unknown>))
  await once(socket, 'open')
  if (token !== undefined) await expect.poll(() => told[0]).toMatchObject({ type: 'ready' })
  return {
    told,
    send: (message: object) => socket.send(JSON.stringify(message)),
    answerTo: (id: string) => told.find((message) => message['id'] === id),
    [Symbol.dispose]: () => socket.terminate(),
  }
}

test('a command is given as the user’s own, and answered under its id', async () => {
  const { token, person } = edge.logIn()
  using app = await connect(token)
  const command = { type: 'say', text: 'Dinner!' }
  app.send({ type: 'send-command', id: 'c-1', deviceId: 'AA-BB-CC-DD-EE-FF', command, ttlS: 60 })
  await expect.poll(() => app.answerTo('c-1')).toMatchObject({ type: 'result', result: { deviceId, state: 'queued' } })
  expect(asked.at(-1)).toEqual({ userId: person.userId, input: { deviceId, command, ttlS: 60 } })
})

test('answers come when they are there, each under its id', async () => {
  using app = await connect(edge.logIn().token)
  app.send({ type: 'control-device', id: 'slow', deviceId, action: 'get_status' })
  app.send({ type: 'control-device', id: 'fast', deviceId, action: 'turn_on', target: 'lamp' })
  await expect.poll(() => app.answerTo('fast')).toMatchObject({ result: { success: true, message: 'turn_on' } })
  expect(app.answerTo('slow')).toBeUndefined()
  gate.resolve()
  await expect.poll(() => app.answerTo('slow')).toMatchObject({ result: { message: 'get_status' } })
})

test('a refusal is a problem under the id of the command', async () => {
  using app = await connect(edge.logIn().token)
  app.send({ type: 'control-device', id: 'off', deviceId, action: 'turn_off' })
  await expect
    .poll(() => app.answerTo('off'))
    .toMatchObject({
      type: 'problem',
      problem: { code: 'unavailable', status: 503, detail: 'The device is not connected', retryable: true },
    })
  app.send({ type: 'control-device', id: 'odd', deviceId: 'no address', action: 'dance' })
  await expect
    .poll(() => app.answerTo('odd'))
    .toMatchObject({
      type: 'problem',
      problem: { code: 'bad-request', issues: [{ path: 'deviceId' }, { path: 'action' }] },
    })
})

test('who has not said who they are gives no commands', async () => {
  const before = asked.length
  using app = await connect()
  app.send({ type: 'send-command', id: 'early', deviceId, command: { type: 'reboot' } })
  await expect.poll(() => app.answerTo('early')).toMatchObject({ problem: { code: 'unauthorized' } })
  expect(asked).toHaveLength(before)
})

test('only so many are under way, and only so many come in a time', async () => {
  gate = Promise.withResolvers<void>()
  using app = await connect(edge.logIn().token)
  for (let id = 0; id < 17; id++) app.send({ type: 'control-device', id: `w${id}`, deviceId, action: 'get_status' })
  await expect.poll(() => app.answerTo('w16')).toMatchObject({ problem: { code: 'overloaded' } })
  gate.resolve()
  await expect.poll(() => app.answerTo('w15')).toMatchObject({ type: 'result' })
  for (let id = 0; id < 30; id++) {
    app.send({ type: 'control-device', id: `n${id}`, deviceId, action: 'turn_on' })
    await expect.poll(() => app.answerTo(`n${id}`)).toBeDefined()
  }
  expect(app.answerTo('n29')).toMatchObject({
    problem: { code: 'rate-limited', retryAfterS: expect.any(Number) as number },
  })
})
