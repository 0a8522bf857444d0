import { request, type ClientRequest, type IncomingMessage } from 'node:http'
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
  const latencies: number[] = []
  const endsAt = performance.now() + watchedMs
  // One leaves after the other, as the kernel tells it; this process is not to be the one that is late.
  const leaving = (async () => {
    for (const [index, client] of waiting.entries()) {
      client.destroy()
      if (index % atOnce === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  })()
  while (performance.now() < endsAt) {
    const askedAt = performance.now()
    const { status } = await fetch(`http://127.0.0.1:${port}/livez`)
    if (status !== 200) throw new Error(`/livez answered ${status}`)
    latencies.push(performance.now() - askedAt)
    await delay(5)
  }
  await leaving
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
