import { health, serviceNames } from '@parley/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openGateway, type GatewayFixture } from './fixture.ts'

type Operation = { operationId: string; security: object[]; responses: Record<string, unknown> }
type OpenApi = { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: object } }

let edge: GatewayFixture
beforeAll(async () => {
  edge = await openGateway()
})
afterAll(() => edge[Symbol.asyncDispose]())

describe('the OpenAPI document', () => {
  test('has every route, each operation under a name of its own, and no reference into nothing', async () => {
    const text = await (await edge.call('/openapi.json')).text()
    const document = JSON.parse(text) as OpenApi
    expect(document.openapi).toBe('3.1.0')
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
    expect(operations.length).toBeGreaterThanOrEqual(28)
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name)
    expect(references.length).toBeGreaterThan(5)
    for (const name of references) expect(Object.keys(document.components.schemas)).toContain(name)
  })

  test('says where one logs in, and where nobody has to', async () => {
    const { paths } = (await (await edge.call('/openapi.json')).json()) as OpenApi
    expect(paths['/auth/login']?.['post']?.security).toEqual([])
    expect(paths['/api/device/{deviceId}']?.['get']?.security).toEqual([{ bearer: [] }, { password: [] }])
  })
})

test.each([
  '/swagger/',
  '/redoc/',
  '/setup',
  '/swagger/assets/swagger-ui-bundle.js',
  '/redoc/assets/redoc.standalone.js',
  '/pages/swagger.js',
  '/pages/one-time-link.js',
  '/pages/page.css',
])('%s comes from here, and may load nothing from elsewhere', async (path) => {
  const response = await edge.call(path)
  expect(response.status).toBe(200)
  if (!path.startsWith('/pages'))
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'")
  expect(await response.text()).not.toMatch(/<script[^>]+src="https?:/)
})

test('nothing else of the folder of the pages is served', async () => {
  expect((await edge.call('/pages/pages.ts')).status).toBe(404)
})

test('health tells of every service, and is 503 only when the gateway itself cannot serve', async () => {
  const alone = await edge.call('/health')
  expect(alone.status).toBe(200)
  const unhealthy = (await alone.json()) as { status: string; checks: { services: Record<string, { status: string }> } }
  expect(unhealthy.status).toBe('unhealthy')
  expect(unhealthy.checks.services['gateway']?.status).toBe('healthy')
  expect(unhealthy.checks.services['auth']?.status).toBe('unhealthy')

  for (const service of serviceNames.filter((name) => name !== 'gateway'))
    edge.bus.handle(
      health.read,
      () => ({ ready: true, checks: { database: 'ok' }, latenciesMs: { database: 7 }, version: '9.8.7' }),
      { tokens: { service } },
    )
  await edge.bus.flush()
  await expect
    .poll(async () => await (await edge.call('/health')).json(), { timeout: 5_000 })
    .toMatchObject({ status: 'healthy', checks: { database: 'healthy', redis: 'healthy', nats: 'healthy' } })
  const { checks } = (await (await edge.call('/health')).json()) as { checks: { services: Record<string, object> } }
  expect(checks.services['auth']).toEqual({
    status: 'healthy',
    version: '9.8.7',
    latency_ms: expect.any(Number) as number,
    checks: { database: 'healthy' },
    latencies_ms: { database: 7 },
  })
  expect(checks.services['gateway']).toMatchObject({
    version: '0.1.0',
    latencies_ms: { redis: expect.any(Number) as number, nats: expect.any(Number) as number },
  })
  expect((await edge.call('/livez')).status).toBe(200)
  expect((await edge.call('/readyz')).status).toBe(200)
})
