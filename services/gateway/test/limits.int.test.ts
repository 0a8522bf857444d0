import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chat } from '@parley/contracts'
import { startRedis } from '@parley/local-infrastructure'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openGateway, type GatewayFixture } from './fixture.ts'

let edge: GatewayFixture
beforeAll(async () => {
  edge = await openGateway({ RATE_LIMIT_GENERAL: '3/60', RATE_LIMIT_REFUSED: '2/60' })
  edge.bus.handle(chat.listAgents, () => ({ agents: [] }))
  await edge.bus.flush()
})
afterAll(() => edge[Symbol.asyncDispose]())

test('a user has so many requests in a time, and is told what is left', async () => {
  const { token } = edge.logIn()
  const answers = []
  for (let count = 0; count < 4; count++) answers.push(await edge.call('/api/v1/agents', { token }))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
  expect(answers.map(({ headers }) => headers.get('ratelimit'))).toEqual([
    expect.stringMatching(/^"general";r=2;t=(59|60)$/),
    expect.stringMatching(/^"general";r=1;t=/),
    expect.stringMatching(/^"general";r=0;t=/),
    expect.stringMatching(/^"general";r=0;t=/),
  ])
  expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"general";q=3;w=60')
  expect(Number(answers[3]?.headers.get('retry-after'))).toBeGreaterThan(50)
  expect(await answers[3]?.json()).toMatchObject({ code: 'rate-limited', retryable: true })
})

test('another user has their own', async () => {
  const { token } = edge.logIn()
  expect((await edge.call('/api/v1/agents', { token })).headers.get('ratelimit')).toMatch(/r=2/)
})

test('who guesses tokens is stopped before auth is asked', async () => {
  const asked = edge.verified()
  const statuses = []
  for (let count = 0; count < 4; count++)
    statuses.push((await edge.call('/v1/models', { token: `guess-${count}` })).status)
  expect(statuses).toEqual([401, 401, 429, 429])
  expect(edge.verified()).toBe(asked + 2)
})

test('a refusal says when to come again', async () => {
  const response = await edge.call('/v1/models', { token: 'guess-again' })
  expect(response.status).toBe(429)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('without Redis each instance counts by itself, and nobody waits', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-redis-'))
  const redis = await startRedis({ dir: folder })
  await using own = await openGateway({ REDIS_URL: redis.url, RATE_LIMIT_GENERAL: '2/60' })
  own.bus.handle(chat.listAgents, () => ({ agents: [] }))
  await own.bus.flush()
  const { token } = own.logIn()
  expect((await own.call('/api/v1/agents', { token })).status).toBe(200)
  await redis[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
  const startedAt = performance.now()
  const statuses = []
  for (let count = 0; count < 3; count++) statuses.push((await own.call('/api/v1/agents', { token })).status)
  expect(statuses).toEqual([200, 200, 429])
  expect(performance.now() - startedAt).toBeLessThan(1_500)
})
