import { readdir } from 'node:fs/promises'
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { chat } from '@parley/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openGateway, type GatewayFixture } from './fixture.ts'

// Clients that mean no good, or do not know better: whatever they do, others are served.

let edge: GatewayFixture
let port: number
let token: string
let asking = 0
beforeAll(async () => {
  edge = await openGateway({ REQUEST_TIMEOUT_S: '2', RATE_LIMIT_CHAT: '100000/60', RATE_LIMIT_GENERAL: '100000/60' })
  port = edge.gateway.publicPort
  token = edge.logIn().token
  edge.bus.handle(
    chat.complete,
    async function* (_input, { signal }) {
      asking++
      yield { type: 'started' as const, provider: 'p', model: 'm' }
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      asking--
    },
    { concurrency: 5_000 },
  )
  await edge.bus.flush()
})
afterAll(async () => {
  keptAlive.destroy()
  await edge[Symbol.asyncDispose]()
})

/** Fewer say nothing about one in twenty. */
const fewestProbes = 200

/**
 * Somebody who asks all the while whether the gateway lives, and does not wait long for it. This process is the gateway, those who
 * mean no good, and all services at once: `bench/gateway.ts` has the 99th percentile with a process for each.
 */
async function whileServed<T>(work: () => Promise<T>): Promise<T> {
  const latencies: number[] = []
  const done = new AbortController()
  const probing = (async () => {
    while (!done.signal.aborted || latencies.length < fewestProbes) {
      const askedAt = performance.now()
      expect((await edge.call('/livez')).status).toBe(200)
      latencies.push(performance.now() - askedAt)
      await delay(5)
    }
  })()
  const result = await work().finally(() => done.abort())
  await probing
  const p95 = latencies.toSorted((a, b) => a - b)[Math.floor(latencies.length * 0.95)]
  expect(p95).toBeLessThan(250)
  return result
}

test('two hundred who send a header letter by letter are sent away', async () => {
  const sockets: Socket[] = []
  const open = () =>
    new Promise<void>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' })
      sockets.push(socket)
      socket.write('GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ')
      const drip = setInterval(() => socket.write('a'), 100)
      socket.on('error', () => undefined)
      socket.resume()
      socket.on('close', () => {
        clearInterval(drip)
        resolve()
      })
    })
  await whileServed(() => Promise.all(Array.from({ length: 200 }, open)))
  expect(sockets.every(({ destroyed }) => destroyed)).toBe(true)
}, 20_000)

/** Who asks to close is closed upon, whatever they still send. */
const keptAlive = new Agent({ keepAlive: true })

/** Sends so many megabytes, as long as the gateway takes them; gives the status. */
function pour(path: string, megabytes: number, headers: Record<string, string>, head = ''): Promise<number> {
  return new Promise((resolve, reject) => {
    const post = request({
      port,
      host: '127.0.0.1',
      agent: keptAlive,
      method: 'POST',
      path,
      headers: { authorization: `Bearer ${token}`, ...headers },
    })
    let status = 0
    post.on('response', (response) => {
      status = response.statusCode ?? 0
      response.resume()
    })
    post.on('close', () => resolve(status))
    // It may cut who goes on sending after it has answered.
    post.on('error', (error) => (status === 0 ? reject(error) : resolve(status)))
    if (head !== '') post.write(head)
    const piece = Buffer.alloc(1024 * 1024, 32)
    let left = megabytes
    const more = () => {
      if (status !== 0) return void post.destroy()
      if (left-- <= 0) return void post.end()
      post.write(piece, () => setImmediate(more))
    }
    more()
  })
}

const json = { 'content-type': 'application/json' }
const boundary = 'xxxx'
const form = { 'content-type': `multipart/form-data; boundary=${boundary}` }
const formHead = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n\r\n`

test.each([
  ['with its length', '/api/v1/agents', { ...json, 'content-length': String(100 * 1024 * 1024) }, ''],
  ['without a length', '/api/v1/agents', json, ''],
  ['as a file', '/files/upload', form, formHead],
])(
  'a body of 100 MB, %s, is refused',
  async (_what, path, headers, head) => {
    expect(await whileServed(() => pour(path, 100, headers, head))).toBe(413)
    const left = await readdir(edge.folder, { recursive: true, withFileTypes: true }).catch(() => [])
    expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([])
  },
  20_000,
)

test('a small body that unfolds into 100 MB is refused', async () => {
  const body = gzipSync(Buffer.alloc(100 * 1024 * 1024, 32))
  expect(body.length).toBeLessThan(200_000)
  const headers = { authorization: `Bearer ${token}`, ...json, 'content-encoding': 'gzip' }
  const response = await whileServed(() => fetch(`${edge.origin}/api/v1/agents`, { method: 'POST', body, headers }))
  expect(response.status).toBe(413)
})

test('five hundred who listen to a stream and leave at once', async () => {
  const open = () =>
    new Promise<ClientRequest>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, ...json }
      const post = request({
        port,
        host: '127.0.0.1',
        agent: false,
        method: 'POST',
        path: '/v1/chat/completions',
        headers,
      })
      post.on('error', reject)
      post.on('response', (response: IncomingMessage) => {
        response.on('error', () => undefined)
        response.once('data', () => resolve(post))
      })
      post.end(JSON.stringify({ stream: true, messages: [{ role: 'user', content: 'wait' }] }))
    })
  const posts: ClientRequest[] = []
  for (let batch = 0; batch < 10; batch++) posts.push(...(await Promise.all(Array.from({ length: 50 }, open))))
  expect(asking).toBe(500)
  await whileServed(async () => {
    for (const post of posts) post.destroy()
    await expect.poll(() => asking, { timeout: 10_000 }).toBe(0)
  })
}, 30_000)
