import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export type Leaving = {
  port: number
  token: string
  clients: number
  /** For how long it is watched how the gateway lives through it. */
  watchedMs: number
}

const atOnce = 100

/** So many clients wait for events that do not come, and leave in the same moment: what `/livez` takes from then on, in milliseconds. */
export async function leaveAtOnce({ port, token, clients, watchedMs }: Leaving): Promise<number[]> {
  const waiting: ClientRequest[] = []
  while (waiting.length < clients) {
    const batch = Array.from({ length: Math.min(atOnce, clients - waiting.length) }, (_, index) =>
      openStream(port, token, `127.0.0.${1 + ((waiting.length + index) % 4)}`),
    )
    waiting.push(...(await Promise.all(batch)))
  }
  // One leaves after the other, as the kernel tells it; this process is not to be the one that is late.
  const leaving = (async () => {
    for (const [index, client] of waiting.entries()) {
      client.destroy()
      if (index % atOnce === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  })()
  const latencies = await askWhetherAlive(port, watchedMs)
  await leaving
  return latencies
}

/** So many clients send a header letter by letter, and others come when they are sent away: what `/livez` takes meanwhile. */
export async function dripHeaders({ port, clients, watchedMs }: Omit<Leaving, 'token'>): Promise<number[]> {
  const sockets = new Set<Socket>()
  let ended = false
  const open = () => {
    const socket = connect({ port, host: '127.0.0.1' })
    sockets.add(socket)
    socket.write('GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ')
    socket.on('error', () => undefined).resume()
    socket.on('close', () => {
      sockets.delete(socket)
      if (!ended) open()
    })
  }
  for (let client = 0; client < clients; client++) open()
  const drip = setInterval(() => sockets.forEach((socket) => socket.write('a')), 1_000)
  const latencies = await askWhetherAlive(port, watchedMs)
  clearInterval(drip)
  ended = true
  for (const socket of sockets) socket.destroy()
  return latencies
}

async function askWhetherAlive(port: number, watchedMs: number): Promise<number[]> {
  const latencies: number[] = []
  const endsAt = performance.now() + watchedMs
  while (performance.now() < endsAt) {
    const askedAt = performance.now()
    const { status } = await fetch(`http://127.0.0.1:${port}/livez`)
    if (status !== 200) throw new Error(`/livez answered ${status}`)
    latencies.push(performance.now() - askedAt)
    await delay(5)
  }
  return latencies
}

/** Resolves when the stream has begun. @param localAddress one address has no ports for ten thousand */
function openStream(port: number, token: string, localAddress: string): Promise<ClientRequest> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const host = '127.0.0.1'
    const path = '/v1/chat/completions'
    const post = request({ port, host, localAddress, agent: false, method: 'POST', path, headers })
    post.on('error', reject)
    post.on('response', (response: IncomingMessage) => {
      response.on('error', () => undefined)
      if (response.statusCode !== 200) reject(new Error(`A stream was answered ${response.statusCode}`))
      response.once('data', () => resolve(post))
    })
    post.end('{"stream":true,"messages":[{"role":"user","content":"wait"}]}')
  })
}
