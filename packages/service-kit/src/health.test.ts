import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { Counter } from 'prom-client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openHealth, type Health } from './health.ts'

let health: Health
beforeEach(async () => {
  health = await openHealth({ port: 0 })
})
afterEach(async () => {
  vi.useRealTimers()
  await health[Symbol.asyncDispose]()
})

async function ask(path: string): Promise<{ status: number | undefined; type: string | undefined; body: string }> {
  const [response] = (await once(get({ port: health.port, path, agent: false }), 'response')) as [IncomingMessage]
  return { status: response.statusCode, type: response.headers['content-type'], body: await text(response) }
}

async function askReady(): Promise<Record<string, unknown>> {
  const { status, body } = await ask('/readyz')
  return { http: status, ...JSON.parse(body) }
}

describe('/livez', () => {
  test('answers whatever the state is', async () => {
    health.addCheck('nats', () => Promise.reject(new Error('gone')))
    expect(await ask('/livez')).toMatchObject({ status: 200, body: '{"status":"alive"}' })
    expect(await ask('/livez?verbose')).toMatchObject({ status: 200 })
  })
})

describe('/readyz', () => {
  test('is not ready before the start, ready after it, and not ready while draining', async () => {
    expect(await askReady()).toEqual({ http: 503, status: 'not-ready', started: false, checks: {}, latenciesMs: {} })
    health.setReady(true)
    expect(await askReady()).toEqual({ http: 200, status: 'ready', started: true, checks: {}, latenciesMs: {} })
    health.setReady(false)
    expect(await askReady()).toMatchObject({ http: 503, status: 'not-ready', started: false })
  })

  test('needs every check', async () => {
    let broken = true
    health.setReady(true)
    health.addCheck('redis', () => Promise.resolve())
    health.addCheck('nats', () => {
      if (broken) throw new Error('not connected')
    })
    expect(await askReady()).toMatchObject({ http: 503, checks: { redis: 'ok', nats: 'not connected' } })
    broken = false
    expect(await askReady()).toMatchObject({ http: 200, checks: { redis: 'ok', nats: 'ok' } })
  })

  test('gives up on a check that does not answer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const asked = Promise.withResolvers<void>()
    health.setReady(true)
    health.addCheck('database', () => {
      asked.resolve()
      return new Promise(() => undefined)
    })
    const answer = askReady()
    await asked.promise
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await answer).toMatchObject({ http: 503, checks: { database: 'no answer in 2000 ms' } })
  })
})

describe('/metrics', () => {
  test('has those of the process and of the service', async () => {
    new Counter({ name: 'tea_cups_total', help: 'Cups', registers: [health.metrics] }).inc(3)
    const { status, type, body } = await ask('/metrics')
    expect([status, type]).toEqual([200, expect.stringContaining('text/plain')])
    expect(body).toMatch(/^tea_cups_total 3$/m)
    expect(body).toMatch(/^nodejs_eventloop_lag_seconds /m)
  })
})

test('there is nothing else', async () => {
  expect(await ask('/')).toMatchObject({ status: 404 })
})
