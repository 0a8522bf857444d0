import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type RequestListener, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startNginx, type Server } from '../index.ts'
import { temporaryFolder } from './temporary.ts'

const folder = temporaryFolder()
const upstreams: HttpServer[] = []
let nginx: Server
let gateways: { answer: RequestListener }
let hubs: { answer: RequestListener }
let rtcs: { answer: RequestListener }

/** A service behind the front door, whose answer each test chooses. */
async function upstream(name: string): Promise<{ answer: RequestListener; address: string }> {
  const server = createServer((request, response) => service.answer(request, response))
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const head = [
      'HTTP/1.1 101 Switching Protocols',
      'Connection: Upgrade',
      'Upgrade: websocket',
      `X-Served-By: ${name}`,
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
    socket.on('data', (data: Buffer) => socket.end(`${request.url} heard ${data.toString()}`))
  })
  upstreams.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const service = {
    answer: ((_request, response) => void response.end(name)) as RequestListener,
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
  }
  return service
}

/** Answers with what it was asked, headers and all. */
const tellHeaders: RequestListener = (request, response) => void response.end(JSON.stringify(request.headers))

beforeAll(async () => {
  const [gateway, hub] = [await upstream('gateway'), await upstream('device-hub')]
  const [rtc, chat] = [await upstream('rtc-proxy'), await upstream('chat-llm')]
  gateways = gateway
  hubs = hub
  rtcs = rtc
  const edges = { gateway: [gateway.address], hub: [hub.address], rtc: [rtc.address], chat: [chat.address] }
  nginx = await startNginx({ dir: folder.path, ...edges })
})
afterAll(async () => {
  await nginx.stop()
  for (const server of upstreams) server.close()
  folder[Symbol.dispose]()
})

describe('paths', () => {
  test.each([
    ['/xiaozhi/ota/', 'device-hub'],
    ['/xiaozhi/ota/activate', 'device-hub'],
    ['/mcp/vision/explain', 'device-hub'],
    ['/ws/device/token/t', 'device-hub'],
    ['/chat_callback?room_id=r', 'rtc-proxy'],
    ['/rtc_callback?key=k', 'rtc-proxy'],
    ['/mcp', 'gateway'],
    ['/getScenes', 'gateway'],
    ['/proxy?Action=StartVoiceChat', 'gateway'],
    ['/api/user/mac-login/', 'gateway'],
    ['/api/device/rtc-token/get_by_mac/', 'gateway'],
    ['/files/images/a.png', 'gateway'],
    ['/v1/chat/completions', 'gateway'],
    ['/ws/app', 'gateway'],
    ['/health', 'gateway'],
    ['/', 'gateway'],
  ])('%s is served by %s', async (path, name) => {
    const service = name === 'gateway' ? gateways : name === 'rtc-proxy' ? rtcs : hubs
    service.answer = (_request, response) => void response.end(name)
    const response = await fetch(nginx.url + path)
    expect(await response.text()).toBe(name)
  })

  test('of the RTC cloud stream, and lead nowhere without an rtc-proxy', async () => {
    rtcs.answer = (_request, response) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: x\n\n')
    const hangUp = new AbortController()
    const response = await fetch(`${nginx.url}/chat_callback`, { method: 'POST', signal: hangUp.signal })
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('data: x\n\n')
    hangUp.abort()

    using own = temporaryFolder()
    await using door = await startNginx({ dir: own.path, gateway: ['127.0.0.1:1'], hub: ['127.0.0.1:1'] })
    expect((await fetch(`${door.url}/rtc_callback`, { method: 'POST' })).status).toBe(503)
  })
})

/** Opens a socket through the front door and says something over it. */
async function converse(path: string, said: string): Promise<{ servedBy: unknown; heard: string }> {
  const asked = request(nginx.url + path, { headers: { connection: 'Upgrade', upgrade: 'websocket' } }).end()
  const [response, socket] = (await once(asked, 'upgrade')) as [IncomingMessage, Duplex]
  socket.write(said)
  let heard = ''
  for await (const chunk of socket) heard += String(chunk)
  return { servedBy: response.headers['x-served-by'], heard }
}

test.each([
  ['/xiaozhi/v1/', 'device-hub'],
  ['/ws/device/?token=t', 'device-hub'],
  ['/ws/app', 'gateway'],
  ['/mcp_endpoint/mcp/?token=t', 'chat-llm'],
])('a socket at %s reaches %s, both ways', async (path, servedBy) => {
  expect(await converse(path, 'hello')).toEqual({ servedBy, heard: `${path} heard hello` })
})

test('server-sent events arrive as they are sent', async () => {
  const { promise: seen, resolve: saw } = Promise.withResolvers<void>()
  gateways.answer = async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: first\n\n')
    await seen
    response.end('data: last\n\n')
  }
  const response = await fetch(`${nginx.url}/v1/chat/completions`, { signal: AbortSignal.timeout(5_000) })
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString()
    saw()
  }
  expect(text).toBe('data: first\n\ndata: last\n\n')
})

describe('headers', () => {
  async function ask(headers: Record<string, string>): Promise<Record<string, string>> {
    gateways.answer = tellHeaders
    return (await (await fetch(`${nginx.url}/api/`, { headers })).json()) as Record<string, string>
  }

  test('say who asked, and how', async () => {
    const { host } = new URL(nginx.url)
    expect(
      await ask({ 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil' }),
    ).toMatchObject({
      host,
      'x-forwarded-host': host,
      'x-forwarded-proto': 'http',
      'x-forwarded-for': '203.0.113.7, 127.0.0.1',
      'x-real-ip': '127.0.0.1',
    })
  })

  test('from outside that only services may send do not get in', async () => {
    const inner = {
      'parley-identity': 'x',
      'parley-request-id': 'x',
      'parley-timeout-ms': '1',
      'parley-window': '1',
      'x-user-id': 'admin',
      'x-user-name': 'x',
      'x-user-role': 'x',
      'x-user-roles': 'x',
      'x-user-scopes': 'x',
      'x-internal-token': 'x',
      forwarded: 'for=10.0.0.1',
    }
    const seen = await ask({ ...inner, authorization: 'Bearer t', cookie: 'a=b' })
    expect(Object.keys(seen).filter((name) => name in inner)).toEqual([])
    expect(seen).toMatchObject({ authorization: 'Bearer t', cookie: 'a=b' })
  })

  test('always have a request id: the one that came, when it is one', async () => {
    expect((await ask({}))['x-request-id']).toMatch(/^[0-9a-f]{32}$/)
    expect((await ask({ 'x-request-id': 'r-1' }))['x-request-id']).toBe('r-1')
    expect((await ask({ 'x-request-id': 'a b' }))['x-request-id']).toMatch(/^[0-9a-f]{32}$/)
  })
})

test('behind a balancer, what it says about TLS is passed on', async () => {
  using own = temporaryFolder()
  const service = await upstream('gateway')
  service.answer = tellHeaders
  await using door = await startNginx({
    dir: own.path,
    gateway: [service.address],
    hub: ['127.0.0.1:1'],
    behindBalancer: true,
  })
  for (const [said, passed] of [
    ['https', 'https'],
    ['http', 'http'],
    ['gopher', 'http'],
  ] as const) {
    const seen = await (await fetch(door.url, { headers: { 'x-forwarded-proto': said } })).json()
    expect(seen).toMatchObject({ 'x-forwarded-proto': passed })
  }
})

test.each([
  ['/files/upload', 32],
  ['/mcp/vision/explain', 10],
])('%s takes %d MiB and no more', async (path, mebibytes) => {
  for (const service of [gateways, hubs]) {
    service.answer = (request, response) => void request.resume().on('end', () => response.end('taken'))
  }
  const body = Buffer.alloc(mebibytes * 1024 * 1024)
  expect(await (await fetch(nginx.url + path, { method: 'POST', body })).text()).toBe('taken')
  const refused = request(nginx.url + path, { method: 'POST', headers: { 'content-length': String(body.length + 1) } })
  refused.on('error', () => undefined).flushHeaders()
  const [response] = (await once(refused, 'response')) as [IncomingMessage]
  expect(response.statusCode).toBe(413)
  expect(response.headers['content-type']).toBe('application/problem+json')
  let text = ''
  for await (const chunk of response) text += String(chunk)
  refused.destroy()
  expect(JSON.parse(text)).toMatchObject({ code: 'too-large', requestId: response.headers['x-request-id'] })
})

test('weights share the requests out, and a service that is gone is a problem that says so', async () => {
  using own = temporaryFolder()
  const [strong, weak] = [await upstream('strong'), await upstream('weak')]
  await using door = await startNginx({
    dir: own.path,
    gateway: [`${strong.address} weight=3`, weak.address],
    hub: ['127.0.0.1:1'],
  })
  const answers: string[] = []
  for (let asked = 0; asked < 8; asked++) answers.push(await (await fetch(door.url)).text())
  expect(answers.filter((name) => name === 'strong')).toHaveLength(6)
  const gone = await fetch(`${door.url}/xiaozhi/ota/`)
  expect(gone.status).toBe(503)
  expect(await gone.json()).toMatchObject({ code: 'unavailable', status: 503, retryable: true })
})
