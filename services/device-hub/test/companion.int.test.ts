import { once } from 'node:events'
import { app, auth, device, Problem, type Person } from '@parley/contracts'
import { fromOggOpus, toOggOpus } from '@parley/device-protocol'
import { callAs, newPerson } from '@parley/test-caller'
import { createEventLog } from '@parley/testkit/device'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { finished, openRealScene, says, started, text, type RealScene } from './real-scene.ts'

const stack = new AsyncDisposableStack()
const tokens = new Map<string, { person: Person; expiresAt: string }>()
let scene: RealScene

beforeAll(async () => {
  scene = stack.use(await openRealScene())
  scene.bus.handle(auth.verify, ({ token }) => {
    const found = tokens.get(token)
    if (!found) throw new Problem('unauthorized', 'The token is not valid')
    return found
  })
  await scene.openHub()
  await scene.bus.flush()
})
afterAll(() => stack.disposeAsync())

const newOwner = (): Person => ({ ...newPerson(), scopes: ['chat', 'devices'] })

function logIn(person: Person = newOwner(), lifeMs = 60_000) {
  const token = `t-${crypto.randomUUID()}`
  tokens.set(token, { person, expiresAt: new Date(Date.now() + lifeMs).toISOString() })
  return { person, token }
}

type Body = Record<string, unknown>

async function dial(path: string, headers: Record<string, string> = {}, hub = 0) {
  const socket = new WebSocket(`ws://127.0.0.1:${scene.hubs[hub]?.publicPort}${path}`, { headers })
  stack.defer(() => socket.terminate())
  const log = createEventLog<Body>((body) => JSON.stringify(body).slice(0, 80))
  socket.on('message', (data) => log.add(JSON.parse((data as Buffer).toString()) as Body))
  socket.on('close', (code) => log.add({ type: 'closed', code }))
  socket.on('error', () => undefined)
  const refused = once(socket, 'unexpected-response').then(([, response]) => {
    socket.terminate()
    throw Object.assign(new Error('refused'), { status: (response as { statusCode: number }).statusCode })
  })
  await Promise.race([once(socket, 'open'), refused])
  return {
    socket,
    log,
    send: (message: object | string) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: (type: string, from = 0) => log.find((body) => body['type'] === type, { from, what: type }),
  }
}
const withHeader = (token: string, query = '', hub = 0) =>
  dial(`/ws/device/${query}`, { authorization: `Bearer ${token}` }, hub)

/** A device of this person's that is no firmware. */
async function ownDevice(person: Person): Promise<string> {
  const deviceId = scene.newDeviceId()
  await using _connection = await scene.connect({ deviceId })
  const ask = () =>
    scene.bus.request(device.call, { name: 'parley.get_pairing_code', arguments: {} }, { tokens: { deviceId } })
  const answer = await vi.waitUntil(() => ask().catch(() => undefined), { timeout: 3_000, interval: 10 })
  const { pairing_code: code } = JSON.parse(answer.text) as { pairing_code: string }
  await callAs(person, () => scene.bus.request(device.bind, { code }))
  return deviceId
}

describe('the group of a user', () => {
  test('hears what one of them says, wherever they are connected, and nobody else does', async () => {
    const { person, token } = logIn()
    const stranger = logIn()
    const [one, two, three, other] = [
      await withHeader(token),
      await dial(`/ws/device/token/${token}/`, {}, 1),
      await dial(`/ws/device/token/${logIn(person).token}`, {}, 0),
      await withHeader(stranger.token),
    ]
    const updates = await scene.updatesOf(person.userId)
    await vi.waitUntil(async () => {
      one.send({ type: 'lamp', on: true })
      return two.log.events.length > 0 && three.log.events.length > 0
    })
    for (const { log } of [two, three]) expect(log.events[0]).toEqual({ type: 'lamp', on: true })
    expect(one.log.events).toEqual([])
    expect(other.log.events).toEqual([])
    expect(updates[0]).toMatchObject({ type: 'device-message', payload: { type: 'lamp', on: true } })
  })

  test('hears how its conversations in voice rooms go', async () => {
    const { person, token } = logIn()
    const companion = await withHeader(token)
    const room = { roomId: 'room_1', taskId: 'task', sceneId: 'scene' }
    const at = new Date().toISOString()
    const status = { type: 'conversation_status' as const, ...room, stage: 'thinking' as const, code: 2, at }
    const said = { speaker: 'user' as const, text: 'hi', sequence: 1, definite: true, paragraph: false }
    const subtitle = { type: 'conversation_subtitle' as const, ...room, ...said }
    const tokensOf = { tokens: { userId: person.userId } }
    await vi.waitUntil(() => {
      scene.bus.publish(app.update, { type: 'device-online', deviceId: '02:00:00:00:00:01' }, tokensOf)
      scene.bus.publish(app.update, status, tokensOf)
      return companion.log.events.length > 0
    })
    scene.bus.publish(app.update, subtitle, tokensOf)
    expect(await companion.next('conversation_subtitle')).toEqual(subtitle)
    expect(companion.log.events[0]).toEqual(status)
    expect(companion.log.events.map(({ type }) => type)).not.toContain('device-online')
  })
})

describe('who comes', () => {
  test('needs a token that is good, in the header or in the path', async () => {
    for (const path of ['/ws/device/', '/ws/device', '/ws/device/token/wrong/', '/ws/device/token//'])
      await expect(dial(path)).rejects.toMatchObject({
        status: expect.any(Number) as number,
      })
    const narrow = logIn({ ...newPerson(), scopes: ['chat'] })
    await expect(withHeader(narrow.token)).rejects.toMatchObject({ status: 403 })
    const { token } = logIn()
    await expect(withHeader(token, '?mac_address=nonsense')).rejects.toMatchObject({ status: 400 })
  })

  test('goes when the token runs out, or its session ends', async () => {
    const short = await withHeader(logIn(undefined, 300).token)
    expect(await short.next('closed')).toMatchObject({ code: 4501 })
    const { person, token } = logIn()
    const revoked = await withHeader(token, '', 1)
    const { sessionId, userId } = person
    scene.bus.publish(auth.sessionRevoked, { sessionId, userId })
    expect(await revoked.next('closed')).toMatchObject({ code: 4501 })
  })

  test('and says too much, or nonsense, is stopped without harm to others', async () => {
    const { token } = logIn()
    const [noisy, calm] = [await withHeader(token), await withHeader(token)]
    for (const nonsense of ['', '[]', 'null', '5', '{"type":', '{"a":'.repeat(5_000)]) noisy.send(nonsense)
    noisy.socket.send(Buffer.of(1, 2, 3))
    noisy.send({ type: 'big', text: 'x'.repeat(70_000) })
    await noisy.log.find(({ code }) => code === 'too-large', { what: 'too-large' })
    for (let count = 0; count < 300; count++) noisy.send({ type: 'ping' })
    expect(await noisy.next('closed')).toMatchObject({ code: 1008 })
    calm.send({ type: 'ping' })
    expect(await calm.next('pong')).toEqual({ type: 'pong' })
  })
})

test('a device is last seen with every message', async () => {
  const { token } = logIn()
  const deviceId = scene.newDeviceId()
  const redis = new Redis(scene.corner.redisUrl, { keyPrefix: scene.corner.redisKeyPrefix })
  stack.defer(() => redis.disconnect())
  const companion = await withHeader(token, `?mac_address=${deviceId.toUpperCase().replaceAll(':', '-')}`)
  const key = `device:last_seen:${deviceId}`
  await expect.poll(() => redis.get(key)).not.toBeNull()
  expect(await redis.pttl(key)).toBeGreaterThan(290_000)
  await redis.del(key)
  companion.send({ type: 'ping' })
  await expect.poll(() => redis.get(key)).not.toBeNull()
})

describe('a client that is no firmware', () => {
  test('asks in words and hears words and sound', async () => {
    const { person, token } = logIn()
    const deviceId = await ownDevice(person)
    const companion = await withHeader(token, `?device-id=${deviceId}`)
    scene.behind.reply = () => [started, text('One two three four. Five six seven eight.'), finished]
    companion.send({ type: 'text', text: 'hi' })
    await companion.next('done')
    expect(companion.log.events.map(({ type }) => type)).toEqual(['text', 'audio', 'text', 'audio', 'done'])
    const [, sound] = companion.log.events
    const packets = fromOggOpus(Buffer.from(String(sound?.['audio']), 'base64'))
    expect(packets).toHaveLength(3)
    expect(scene.behind.replies.at(-1)).toMatchObject({ deviceId, ownerId: person.userId, text: 'hi' })
    await expect.poll(() => scene.behind.heard.at(-1)?.text).toBe('One two three four. Five six seven eight.')
  })

  test('speaks, and shows pictures', async () => {
    const { person, token } = logIn()
    const deviceId = await ownDevice(person)
    const companion = await withHeader(token, `?device-id=${deviceId}`)
    const file = Buffer.concat(toOggOpus([says('what is'), says('the time')], 60, 16_000))
    companion.send({ type: 'audio', audio: file.toString('base64') })
    expect(await companion.next('stt')).toMatchObject({ text: 'what is the time' })
    await companion.next('done')
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII='
    const from = companion.log.events.length
    companion.send({ type: 'image', image: png, text: 'what is it' })
    expect(await companion.next('text', from)).toMatchObject({ text: 'A cat.' })
    expect(scene.behind.looks.at(-1)).toMatchObject({ deviceId, ownerId: person.userId, question: 'what is it' })
    companion.send({ type: 'image', image: 'AAAA' })
    expect(await companion.next('error', from)).toMatchObject({ code: 'bad-request' })
  })

  test('needs a device of its own for that', async () => {
    const { token } = logIn()
    const nameless = await withHeader(token)
    nameless.send({ type: 'text', text: 'hi' })
    expect(await nameless.next('error')).toMatchObject({ code: 'bad-request' })
    const foreign = await withHeader(token, `?device-id=${await ownDevice(newPerson())}`)
    foreign.send({ type: 'text', text: 'hi' })
    expect(await foreign.next('error')).toMatchObject({ code: 'not-found' })
  })

  test('may come where firmware comes; it is told of types that are not known, firmware is not', async () => {
    await using client = await scene.connect({ hello: false })
    client.send({ type: 'wave' })
    client.send({ type: 'text', text: 'hi' })
    await client.message('done')
    client.send({ type: 'wave' })
    expect((await client.message('error')).body).toMatchObject({ message: 'Unknown message type' })
    expect(client.log.events.filter((event) => event.kind === 'message' && event.type === 'error')).toHaveLength(1)
    client.send({ type: 'audio', audio: '!' })
    await client.message('error', { code: 'bad-request' }, { from: client.position })
  })
})
