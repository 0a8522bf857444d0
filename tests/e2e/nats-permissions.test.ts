import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectBus, type Bus } from '@parley/bus'
import { app, auth, chat, device, health, inboxPrefix, serviceNames, type ServiceName } from '@parley/contracts'
import { natsUrlOf, startNats, type Server } from '@parley/local-infrastructure'
import { allPermissions } from '@parley/nats'
import { connectDevice, speakPackets } from '@parley/testkit/device'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { newDeviceId, setupToken, startPlatform, type Platform } from '../platform.ts'
import { logInByJwt, makeKey, openApi, readToken, setUpAdministrator, signUp } from './api.ts'
import { isAudio, outline, pairingCodeOf, pushToTalk, sentencesOf, wholeTurn } from './helpers.ts'

const stack = new AsyncDisposableStack()
const prefix = 'guarded'
let nats: Server
let platform: Platform

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'parley-nats-'))
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  nats = stack.use(await startNats({ dir, users: allPermissions(prefix) }))
  platform = stack.use(
    await startPlatform(
      { NATS_SUBJECT_PREFIX: prefix },
      { only: (service) => ({ NATS_URL: natsUrlOf(nats.url, service) }) },
    ),
  )
})
afterAll(() => stack.disposeAsync())

/** Somebody who has the credentials of a service, and uses them for something else. */
async function as(service: ServiceName, name: string = service) {
  const refused: string[] = []
  const bus = stack.use(
    await connectBus({
      servers: natsUrlOf(nats.url, service),
      name,
      prefix,
      drainMs: 100,
      onError: (error) => refused.push(String(error)),
    }),
  )
  return { bus, refused }
}

/** The operator, who may do everything. */
function operator(): Promise<Bus> {
  return connectBus({ servers: nats.url, name: 'operator', prefix, drainMs: 100 }).then((bus) => stack.use(bus))
}

describe('under the permissions that the contracts give', () => {
  test('a device is bound, and has a conversation', async () => {
    const open = openApi(platform.apiUrl)
    const ada = await signUp(open, 'ada')
    const deviceId = newDeviceId()
    const response = await fetch(platform.otaUrl, {
      method: 'POST',
      headers: { 'Device-Id': deviceId, 'Client-Id': 'one' },
      body: '{}',
    })
    const { token } = ((await response.json()) as { websocket: { token: string } }).websocket
    await using virtual = await connectDevice({ url: platform.websocketUrl, deviceId, clientId: 'one', token })

    const socket = new WebSocket(`${platform.apiUrl.replace('http', 'ws')}/ws/app`, {
      headers: { authorization: `Bearer ${ada.token}` },
    })
    stack.defer(() => socket.terminate())
    const told: string[] = []
    socket.on('message', (data) => told.push((JSON.parse((data as Buffer).toString()) as { type: string }).type))
    await once(socket, 'message')
    expect((await ada.call('POST', '/api/device/bind', { code: await pairingCodeOf(virtual) })).status).toBe(201)

    const from = virtual.position
    pushToTalk(virtual, await speakPackets('what time is it'))
    const turn = await wholeTurn(virtual, from)
    expect(outline(turn).slice(0, 2)).toEqual(['stt', 'start'])
    expect(turn.some(isAudio)).toBe(true)
    expect(sentencesOf(turn).join(' ')).toMatch(/\d/)
    await expect.poll(() => told).toEqual(expect.arrayContaining(['device-bound', 'message-delta', 'message']))

    const again = virtual.position
    await ada.call('DELETE', `/api/device/${deviceId}`)
    expect(await virtual.closed()).toMatchObject({ code: 4503 })
    expect(virtual.position).toBeGreaterThanOrEqual(again)
  })

  test('an app logs in, chats, and is logged out everywhere', async () => {
    const open = openApi(platform.apiUrl)
    await signUp(open, 'grace')
    const api = open.as((await logInByJwt(open, 'grace')).access_token)
    const asked = await api.call('POST', '/api/ai/multi-chat/', { message: 'say good evening' })
    expect(asked.body).toMatchObject({ data: { text: expect.stringMatching(/good evening/i) as string } })
    const { key } = await makeKey(api)
    const completion = { messages: [{ role: 'user', content: 'say hello' }] }
    expect((await open.as(key).call('POST', '/v1/chat/completions', completion)).status).toBe(200)
    expect((await api.call('GET', '/getScenes')).status).toBeLessThan(500)
    expect((await api.call('POST', '/api/v1/agents', { name: 'Mine', prompt: 'Be mine.' })).status).toBe(201)

    const admin = await setUpAdministrator(open, setupToken(), 'boss')
    const { userId } = await readToken(api)
    expect((await admin.call('POST', `/api/v1/admin/users/${userId}/disable`)).status).toBe(200)
    await expect.poll(async () => (await api.call('GET', '/api/user/me')).status).toBe(401)
    expect((await open.call('GET', '/health')).body).toMatchObject({ status: 'healthy' })
  })
})

describe('nobody does more than is declared', () => {
  test('who may not ask has no answer', async () => {
    const { bus, refused } = await as('audio')
    const asked = bus.request(auth.verify, { token: 'anything' }, { timeoutMs: 500 })
    await expect(asked).rejects.toMatchObject({ code: expect.stringMatching(/unavailable|timeout/) as string })
    await expect.poll(() => refused.join()).toContain('does not allow this service the publish')
  })

  test('who may not send is not heard', async () => {
    const everything = await operator()
    const heard: unknown[] = []
    everything.on(auth.sessionRevoked, (event) => void heard.push(event))
    await everything.flush()
    const session = { sessionId: crypto.randomUUID(), userId: crypto.randomUUID() }
    const { bus, refused } = await as('chat-llm')
    bus.publish(auth.sessionRevoked, session)
    await bus.flush()
    await expect.poll(() => refused).toHaveLength(1)
    everything.publish(auth.sessionRevoked, session)
    await expect.poll(() => heard).toEqual([session])
  })

  test.each<[ServiceName, string, (bus: Bus) => unknown]>([
    ['audio', 'what apps are told', (bus) => bus.on(app.update, () => undefined)],
    ['rtc-proxy', 'whose turns end', (bus) => bus.on(chat.turnEnded, () => undefined)],
    ['gateway', 'who logs in', (bus) => bus.handle(auth.login, () => Promise.reject(new Error('mine')))],
    ['chat-llm', 'devices', (bus) => bus.handle(device.call, () => ({ text: 'mine', failed: false }))],
    ['auth', 'how others are', (bus) => bus.handle(health.read, () => ({ ready: true, checks: {} }))],
  ])('%s does not listen to %s', async (service, _what, listen) => {
    const { bus, refused } = await as(service)
    listen(bus)
    await bus.flush()
    await expect
      .poll(() => refused.join())
      .toMatch(/permissions violation|does not allow this service the subscription/i)
  })

  test('nobody takes the inbox of somebody else', async () => {
    const { bus, refused } = await as('audio', 'auth')
    await bus.flush()
    await expect.poll(() => refused.join()).toContain('does not allow this service the subscription')
    expect(inboxPrefix('auth')).not.toBe(inboxPrefix('audio'))
  })

  test('a service has no other’s password', async () => {
    const url = new URL(natsUrlOf(nats.url, 'audio'))
    url.username = 'auth'
    const stolen = connectBus({ servers: url.href, name: 'auth', connectTimeoutMs: 1_000 })
    await expect(stolen).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('the operator asks every service', async () => {
    const bus = await operator()
    for (const service of serviceNames) {
      // A bare bus says nobody's name, which services refuse: but they answer.
      const asked = bus.request(health.read, {}, { tokens: { service } })
      await expect(asked).rejects.toMatchObject({ code: 'unauthorized' })
    }
  })
})
