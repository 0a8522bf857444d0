import { createLogger } from '@parley/service-kit'
import { cornerEnvironment, openCorner } from '@parley/testkit'
import { expect, test } from 'vitest'
import { createApp } from '../src/app.ts'
import { readGatewayConfig } from '../src/config.ts'

test('says that it is healthy, refuses what it does not know, and is gone when it is closed', async () => {
  await using corner = await openCorner()
  const config = readGatewayConfig({ ...cornerEnvironment(corner), GATEWAY_PORT: '0' })
  const app = await createApp(config, { log: createLogger({ service: 'gateway', level: 'silent' }) })
  const origin = `http://127.0.0.1:${app.publicPort}`

  const health = await fetch(`${origin}/health`)
  expect(health.status).toBe(200)
  expect(await health.json()).toEqual({ status: 'healthy', checks: { nats: 'ok' } })

  const unknown = await fetch(`${origin}/nothing/here`, { headers: { 'x-request-id': 'r-1' } })
  expect(unknown.status).toBe(404)
  expect(unknown.headers.get('content-type')).toContain('application/problem+json')
  expect(await unknown.json()).toMatchObject({ code: 'not-found', requestId: 'r-1' })

  await app[Symbol.asyncDispose]()
  await expect(fetch(`${origin}/health`)).rejects.toThrow('fetch failed')
})
