import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { makeContext, withContext, type Bus } from '@parley/bus'
import { chat, type Person } from '@parley/contracts'
import { pieces } from './contracts.ts'

/** What became of one stream: when its first event came, and which pieces. */
export type Streamed = { firstMs: number; text: string }

/** What is heard of an answer that lacks nothing and has nothing twice. */
export const whole = Array.from({ length: pieces }, (_, index) => `${index + 1} `).join('')

/** Starts `count` streams evenly over `rampMs`, and reads all to their end. */
export async function ramp(
  count: number,
  rampMs: number,
  open: (index: number) => Promise<Streamed>,
): Promise<Streamed[]> {
  const startedAt = performance.now()
  const running: Promise<Streamed>[] = []
  for (let index = 0; index < count; index++) {
    const dueMs = startedAt + (index * rampMs) / count - performance.now()
    if (dueMs > 1) await delay(dueMs)
    running.push(open(index))
  }
  return Promise.all(running)
}

/** A question over the bus, as the gateway asks it. */
export async function askBus(bus: Bus, person: Person): Promise<Streamed> {
  const askedAt = performance.now()
  let firstMs = Number.NaN
  let text = ''
  await withContext({ ...makeContext(), identity: person }, async () => {
    for await (const part of bus.stream(chat.ask, { turnId: randomUUID(), text: 'count' })) {
      if (Number.isNaN(firstMs)) firstMs = performance.now() - askedAt
      if (part.type === 'text-delta') text += part.text
    }
  })
  return { firstMs, text }
}

export type Asking = {
  port: number
  token: string
  /** Cuts the connection after so many events, and takes it up. */ cutAfter?: number
}

/** The same question at the gateway. */
export async function askGateway({ port, token, cutAfter }: Asking): Promise<Streamed> {
  const askedAt = performance.now()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const asked = request({
    port,
    host: '127.0.0.1',
    agent: false,
    method: 'POST',
    path: '/api/v1/conversations/ask',
    headers,
  })
  asked.end('{"text":"count"}')
  const first = await read(asked, cutAfter)
  const streamed = { firstMs: first.firstAt - askedAt, text: first.text }
  if (cutAfter === undefined) return streamed
  const path = `/api/v1/answers/${first.lastId.split('.').slice(0, 2).join('.')}`
  const again = request({
    port,
    host: '127.0.0.1',
    agent: false,
    path,
    headers: { ...headers, 'last-event-id': first.lastId },
  })
  again.end()
  return { ...streamed, text: first.text + (await read(again)).text }
}

async function read(asked: ReturnType<typeof request>, cutAfter = Number.POSITIVE_INFINITY) {
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`The gateway answered ${response.statusCode}`)
  response.setEncoding('utf8')
  let [firstAt, count, lastId, text, rest] = [Number.NaN, 0, '', '', '']
  for await (const chunk of response as AsyncIterable<string>) {
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const [, id, data] = /^id: (.*)\ndata: (.*)$/.exec(block) ?? []
      if (id === undefined || data === undefined) continue
      if (Number.isNaN(firstAt)) firstAt = performance.now()
      lastId = id
      text += (JSON.parse(data) as { text?: string }).text ?? ''
      if (++count >= cutAfter) return { firstAt, lastId, text }
    }
  }
  return { firstAt, lastId, text }
}
