import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect as connectSocket, type AddressInfo, type Socket } from 'node:net'
import { createLogger } from '@parley/service-kit'
import type { ClientMessage } from '@parley/device-protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Link } from '../domain/ports.ts'
import type { ConnectedDevice, Session } from '../domain/session-ports.ts'
import { createAcceptLimit } from './accept-limit.ts'
import { serveUpgrades } from './upgrades.ts'
import { serveXiaozhi, type XiaozhiSockets } from './xiaozhi.ts'

const deviceId = 'aa:bb:cc:dd:ee:ff'
const device: ConnectedDevice = { deviceId, ownerId: undefined, agentId: undefined, credentialEpoch: undefined }
const log = createLogger({ service: 'test', level: 'silent' })
type Received = ClientMessage | Uint8Array | 'closed'

let server: Server
let sockets: XiaozhiSockets
let upgrades: Disposable
let authorise: () => Promise<ConnectedDevice>
let received: Received[]
let links: Link[]
let onReceived: () => void
const perSecond = 4

beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onReceived = () => undefined
  authorise = () => Promise.resolve(device)
  // What an earlier test's connections still tell stays with that test.
  const [taken, opened]: [Received[], Link[]] = [[], []]
  ;[received, links] = [taken, opened]
  const take = (one: Received) => {
    taken.push(one)
    onReceived()
  }
  sockets = serveXiaozhi({
    log,
    maxConnections: 2,
    acceptLimit: createAcceptLimit(perSecond, { now: () => 0, random: () => 0.5 }),
    authorise: () => authorise(),
    open: (_deviceId, link) => {
      opened.push(link)
      return { receive: take, receiveAudio: take, close: () => take('closed') } as unknown as Session
    },
    newId: () => 'session',
    talk: () => ({ receive: () => undefined, close: () => undefined }),
  })
  upgrades = serveUpgrades(server, log, [sockets])
})
afterEach(() => {
  upgrades[Symbol.dispose]()
  sockets[Symbol.dispose]()
  server.close()
})

function dial(path = '/xiaozhi/v1/', headers: Record<string, string> = {}): WebSocket {
  const { port } = server.address() as AddressInfo
  return new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { 'device-id': deviceId, ...headers } })
}
async function connect(...given: Parameters<typeof dial>): Promise<WebSocket> {
  const client = dial(...given)
  await once(client, 'open')
  return client
}
/** The status of a refused connection. */
async function refusal(client: WebSocket): Promise<number | undefined> {
  client.on('error', () => undefined)
  const [request, response] = (await once(client, 'unexpected-response')) as [
    { destroy: () => void },
    { statusCode?: number },
  ]
  request.destroy()
  return response.statusCode
}
/** Resolves when so many things have been received. */
async function receiving(count: number): Promise<Received[]> {
  while (received.length < count) await new Promise<void>((resolve) => (onReceived = resolve))
  return received
}

describe('a connection', () => {
  test('hands messages and frames on, in order', async () => {
    const client = await connect('/xiaozhi/v1', { 'protocol-version': '3' })
    expect(client.extensions).toBe('')
    client.send('\n{"type":"ping"}')
    client.send(Uint8Array.of(0, 0, 0, 2, 7, 8))
    expect(await receiving(2)).toEqual([{ type: 'ping' }, Buffer.of(7, 8)])
    client.terminate()
    expect((await receiving(3))[2]).toBe('closed')
  })

  test('survives what is no message, and says so; what it does not know it ignores', async () => {
    const client = await connect('/xiaozhi/v1/?from=test', { 'protocol-version': '2' })
    const answers: string[] = []
    client.on('message', (data: Buffer) => answers.push(data.toString()))
    for (const text of ['{', '[]', '{"type":"listen"}', '{"type":"new-thing"}']) client.send(text)
    client.send(Uint8Array.of(1, 2, 3))
    client.send('{"type":"ping"}')
    await receiving(1)
    links[0]?.send({ type: 'pong' })
    while (answers.length < 5) await once(client, 'message')
    expect(answers.map((answer) => (JSON.parse(answer) as { type: string }).type)).toEqual([
      'error',
      'error',
      'error',
      'error',
      'pong',
    ])
  })

  test('may send empty frames, which mean nothing, in every framing', async () => {
    const client = await connect('/xiaozhi/v1/', { 'protocol-version': '3' })
    const answers: string[] = []
    client.on('message', (data: Buffer) => answers.push(data.toString()))
    client.send(new Uint8Array(0))
    client.send('{"type":"ping"}')
    await receiving(1)
    links[0]?.send({ type: 'pong' })
    while (!answers.at(-1)?.includes('pong')) await once(client, 'message')
    expect(answers).toEqual(['{"type":"pong","session_id":"session"}'])
  })
})

describe('no upgrade', () => {
  test('at another path', async () => {
    expect(await refusal(dial('/elsewhere'))).toBe(404)
  })

  test('beyond the most connections, also when they all come at once', async () => {
    const gate = Promise.withResolvers<void>()
    let asked = 0
    const all = Promise.withResolvers<void>()
    authorise = async () => {
      if (++asked === 3) all.resolve()
      await gate.promise
      return device
    }
    const clients = [dial(), dial(), dial()]
    const outcomes = clients.map((client) => Promise.race([refusal(client), once(client, 'open').then(() => 101)]))
    await all.promise
    gate.resolve()
    expect((await Promise.all(outcomes)).sort()).toEqual([101, 101, 503])
    expect(await refusal(dial())).toBe(503)
  })

  test('when the instance is going away, also for who was being let in', async () => {
    const gate = Promise.withResolvers<ConnectedDevice>()
    const asked = Promise.withResolvers<void>()
    authorise = () => {
      asked.resolve()
      return gate.promise
    }
    const early = refusal(dial())
    await asked.promise
    sockets.refuse()
    gate.resolve(device)
    expect(await early).toBe(503)
    expect(await refusal(dial())).toBe(503)
    expect(links).toEqual([])
  })

  test('and no half-open connection left over', async () => {
    const closed = once(server, 'connection').then(([socket]: Socket[]) => once(socket!, 'close'))
    const { port } = server.address() as AddressInfo
    const client = connectSocket({ port, host: '127.0.0.1', allowHalfOpen: true })
    client.on('error', () => undefined).resume()
    client.write('GET /elsewhere HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    await closed
    client.destroy()
  })

  test('when the check itself fails', async () => {
    authorise = () => Promise.reject(new Error('no database'))
    expect(await refusal(dial())).toBe(500)
  })
})
