import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { app, type AppUpdate } from '@parley/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { openGateway, type GatewayFixture } from './fixture.ts'

let edge: GatewayFixture
beforeAll(async () => {
  edge = await openGateway({ CORS_ORIGINS: 'https://app.example.com' })
})
afterAll(() => edge[Symbol.asyncDispose]())

const deviceId = 'aa:bb:cc:dd:ee:ff'

/** An app: what it was told so far, and how it ended. */
function connect(headers: Record<string, string> = {}, path = '/ws/app') {
  const socket = new WebSocket(`${edge.origin.replace('http', 'ws')}${path}`, { headers })
  const told: Record<string, unknown>[] = []
  socket.on('message', (data) => told.push(JSON.parse((data as Buffer).toString()) as Record<string, unknown>))
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  socket.on('error', () => undefined)
  return { socket, told, closed, ready: () => expect.poll(() => told[0]).toMatchObject({ type: 'ready' }) }
}
const withToken = (token: string) => connect({ authorization: `Bearer ${token}` })
const tell = (userId: string, update: AppUpdate) => edge.bus.publish(app.update, update, { tokens: { userId } })

describe('an app', () => {
  test('with a token in the header hears what its user’s group hears, and nobody else’s', async () => {
    const [one, other] = [edge.logIn(), edge.logIn()]
    const apps = [withToken(one.token), withToken(one.token), withToken(other.token)]
    for (const { ready } of apps) await ready()
    const online: AppUpdate = { type: 'device-online', deviceId }
    await expect
      .poll(() => {
        tell(one.person.userId, online)
        return apps.slice(0, 2).every(({ told }) => told.some(({ type }) => type === 'device-online'))
      })
      .toBe(true)
    expect(apps[0]?.told).toContainEqual(expect.objectContaining(online))
    expect(apps[2]?.told).toHaveLength(1)
    for (const { socket } of apps) socket.close()
  })

  test('with a token in the first message is let in, too', async () => {
    const { token, person } = edge.logIn()
    const { socket, told } = connect()
    await once(socket, 'open')
    socket.send(JSON.stringify({ type: 'auth', token }))
    await expect.poll(() => told).toMatchObject([{ type: 'ready', userId: person.userId }])
    socket.send(JSON.stringify({ type: 'ping' }))
    await expect.poll(() => told.at(-1)).toEqual({ type: 'pong' })
    socket.close()
  })

  test('says something to all others of its user, and hears no echo of it', async () => {
    const { token } = edge.logIn()
    const [one, two, stranger] = [withToken(token), withToken(token), withToken(edge.logIn().token)]
    for (const { ready } of [one, two, stranger]) await ready()
    const nobody = connect()
    await once(nobody.socket, 'open')
    nobody.socket.send(JSON.stringify({ type: 'device-message', payload: { lamp: 'off' } }))
    await expect.poll(() => nobody.told.at(-1)).toMatchObject({ type: 'error', code: 'unauthorized' })
    one.socket.send(JSON.stringify({ type: 'device-message', payload: { lamp: 'on' } }))
    await expect.poll(() => two.told.at(-1)).toMatchObject({ type: 'device-message', payload: { lamp: 'on' } })
    one.socket.send(JSON.stringify({ type: 'ping' }))
    await expect.poll(() => one.told.at(-1)).toEqual({ type: 'pong' })
    for (const { told } of [one, stranger]) expect(told.map(({ type }) => type)).not.toContain('device-message')
    for (const { socket } of [one, two, stranger, nobody]) socket.close()
  })

  test('that talks nonsense is told so, and stays', async () => {
    const { socket, told, ready } = withToken(edge.logIn().token)
    await ready()
    socket.send('nonsense')
    await expect.poll(() => told.at(-1)).toMatchObject({ type: 'error', code: 'bad-request' })
    expect(socket.readyState).toBe(WebSocket.OPEN)
    socket.close()
  })

  test.each([
    ['with a wrong token in the header', () => withToken('nobody')],
    [
      'with a wrong token in the message',
      () => {
        const connection = connect()
        connection.socket.on('open', () => connection.socket.send(JSON.stringify({ type: 'auth', token: 'nobody' })))
        return connection
      },
    ],
  ])('%s is sent away for good', async (_what, dial) => {
    expect(await dial().closed).toBe(4501)
  })

  test('whose token may not hear of devices and conversations is sent away', async () => {
    expect(await withToken(edge.logIn('user', ['chat']).token).closed).toBe(4503)
  })

  test('whose session ends while it is being let in is sent away', async () => {
    const { token } = edge.logIn()
    const dialled = withToken(token)
    edge.end(token)
    expect(await dialled.closed).toBe(4501)
  })

  test('whose session ends is sent away within a second', async () => {
    const { token } = edge.logIn()
    const { ready, closed } = withToken(token)
    await ready()
    const endedAt = performance.now()
    edge.end(token)
    expect(await closed).toBe(4501)
    expect(performance.now() - endedAt).toBeLessThan(1_000)
  })

  test('that says nothing is sent away', async () => {
    const { closed } = connect()
    expect(await closed).toBe(4408)
  }, 10_000)
})

describe('a connection is refused', () => {
  test.each([
    ['elsewhere', {}, '/ws/other', 404],
    ['from a page of another origin', { origin: 'https://evil.example.com' }, '/ws/app', 403],
  ])('%s', async (_what, headers, path, status) => {
    const { socket } = connect(headers, path)
    const answered = new Promise<IncomingMessage>((resolve) =>
      socket.on('unexpected-response', (_request, response) => resolve(response)),
    )
    const response = await answered
    expect(response.statusCode).toBe(status)
    response.destroy()
  })

  test('but not from pages on the list, and our own', async () => {
    const { token } = edge.logIn()
    for (const origin of ['https://app.example.com', edge.origin]) {
      const { socket, ready } = connect({ origin, authorization: `Bearer ${token}` })
      await ready()
      socket.close()
    }
  })
})

test('a gateway that goes away asks its apps to come back', async () => {
  await using own = await openGateway()
  const socket = new WebSocket(`${own.origin.replace('http', 'ws')}/ws/app`, {
    headers: { authorization: `Bearer ${own.logIn().token}` },
  })
  await once(socket, 'message')
  const closed = once(socket, 'close') as Promise<[number]>
  await own.gateway[Symbol.asyncDispose]()
  expect((await closed)[0]).toBe(1012)
})
