import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { createParleyClient, ParleyError, type AppUpdate, type ParleyClient } from '@parley/client'
import { connectDevice } from '@parley/testkit/device'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newDeviceId, startPlatform, type Platform } from '../platform.ts'
import { openApi, signUp } from './api.ts'
import { pairingCodeOf } from './helpers.ts'

const stack = new AsyncDisposableStack()
let platform: Platform
let token: string
beforeAll(async () => {
  platform = stack.use(await startPlatform())
  token = (await signUp(openApi(platform.apiUrl), 'ada')).token ?? ''
})
afterAll(() => stack.disposeAsync())

/** A way to the gateway that can be cut. `onBytes` hears what has come back over the connections so far. */
async function openWay(onBytes: (text: string) => void = () => undefined) {
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect({ port: platform.gateway.publicPort, host: '127.0.0.1' })
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    }
    client.pipe(upstream)
    upstream.pipe(client)
    upstream.on('data', (data) => onBytes(data.toString('latin1')))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stack.defer(() => void server.close())
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => sockets.forEach((socket) => socket.resetAndDestroy()),
  }
}

const textOf = async (parts: ReturnType<ParleyClient['ask']>) =>
  (await Array.fromAsync(parts)).map((part) => (part.type === 'text-delta' ? part.text : '')).join('')

test('each route by its path, typed, with the problem of a refusal', async () => {
  const client = createParleyClient({ baseUrl: platform.apiUrl, token: () => Promise.resolve(token) })
  const made = await client.POST('/api/v1/agents', { body: { name: 'Ada', prompt: 'Be Ada.' } })
  const { agentId = '' } = made.data ?? {}
  const read = await client.GET('/api/v1/agents/{agentId}', { params: { path: { agentId } } })
  expect(read.data).toMatchObject({ name: 'Ada', editable: true })
  const none = await client.GET('/api/v1/agents/{agentId}', { params: { path: { agentId: crypto.randomUUID() } } })
  expect(none.error).toMatchObject({ code: 'not-found' })
})

test('an answer whose connection breaks again and again is whole', async () => {
  const words = 'one two three four five six seven eight nine ten'
  let cuts = 0
  const way = await openWay((text) => {
    if (cuts < 3 && text.includes('text-delta')) {
      cuts++
      setImmediate(way.cut)
    }
  })
  const client = createParleyClient({ baseUrl: way.baseUrl, token })
  expect(await textOf(client.ask({ text: `say ${words}` }))).toMatch(new RegExp(words, 'i'))
  expect(cuts).toBeGreaterThan(0)
  const { data } = await createParleyClient({ baseUrl: platform.apiUrl, token }).GET('/api/v1/conversations')
  expect(data?.conversations).toHaveLength(1)
}, 30_000)

test('what is refused is an error with the problem; what never got through is not asked twice', async () => {
  const client = createParleyClient({ baseUrl: platform.apiUrl, token })
  const refused = textOf(client.ask({ text: 'hello', conversationId: crypto.randomUUID() }))
  await expect(refused).rejects.toThrow(ParleyError)
  await expect(refused).rejects.toMatchObject({ details: { status: 404, code: 'not-found' } })
  const nowhere = createParleyClient({ baseUrl: 'http://127.0.0.1:1', token })
  await expect(textOf(nowhere.ask({ text: 'hello' }))).rejects.toThrow('fetch failed')
})

test('an app follows its devices through a break, and gives them commands', async () => {
  const client = createParleyClient({ baseUrl: platform.apiUrl, token })
  const way = await openWay()
  const told: AppUpdate[] = []
  const connected: boolean[] = []
  const app = createParleyClient({ baseUrl: way.baseUrl, token }).openAppSocket({
    onUpdate: (update) => told.push(update),
    onConnected: ({ resumed }) => connected.push(resumed),
    // While it is away, something happens.
    onDisconnected: () => void client.POST('/api/device/bind', { body: { code, name: 'Kitchen' } }),
  })
  stack.defer(() => app.close())
  await expect.poll(() => connected).toEqual([false])

  const deviceId = newDeviceId()
  const enrolled = await fetch(platform.otaUrl, {
    method: 'POST',
    headers: { 'Device-Id': deviceId, 'Client-Id': 'one' },
    body: JSON.stringify({ application: { version: '2.4.2' } }),
  })
  const { websocket } = (await enrolled.json()) as { websocket: { token: string } }
  await using device = await connectDevice({
    url: platform.websocketUrl,
    deviceId,
    clientId: 'one',
    token: websocket.token,
  })
  const code = await pairingCodeOf(device)
  way.cut()
  await expect.poll(() => connected, { timeout: 10_000 }).toEqual([false, true])
  await expect
    .poll(() => told.filter(({ type }) => type === 'device-bound'))
    .toMatchObject([{ deviceId, name: 'Kitchen' }])

  const alert = { type: 'alert', message: 'Dinner!', status: 'Kitchen', emotion: 'happy' } as const
  expect(await app.command({ type: 'send-command', deviceId, command: alert })).toMatchObject({ deviceId })
  await expect
    .poll(() => told.filter(({ type }) => type === 'device-command').at(-1))
    .toMatchObject({ deviceId, state: 'done' })
  const elsewhere = app.command({ type: 'control-device', deviceId: newDeviceId(), action: 'turn_on' })
  await expect(elsewhere).rejects.toMatchObject({ details: { code: 'not-found' } })
  app.close()
  expect(await app.ended).toBeGreaterThan(0)
}, 30_000)

test('a token that is not good ends it for good', async () => {
  const app = createParleyClient({ baseUrl: platform.apiUrl, token: 'nobody' }).openAppSocket({
    onUpdate: () => undefined,
  })
  expect(await app.ended).toBe(4501)
})
