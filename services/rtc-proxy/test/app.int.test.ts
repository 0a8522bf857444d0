import { createLogger } from '@parley/service-kit'
import { cornerEnvironment, openCorner } from '@parley/testkit'
import { expect, test } from 'vitest'
import { createApp } from '../src/app.ts'
import { readRtcProxyConfig } from '../src/config.ts'

test('is ready when it is on the bus, and gone when it is closed', async () => {
  await using corner = await openCorner()
  const config = readRtcProxyConfig({ ...cornerEnvironment(corner), RTC_PROXY_PORT: '0' })
  const app = await createApp(config, { log: createLogger({ service: 'rtc-proxy', level: 'silent' }) })
  const readiness = await fetch(`http://127.0.0.1:${app.internalPort}/readyz`)
  expect(readiness.status).toBe(200)
  expect(await readiness.json()).toMatchObject({ status: 'ready', checks: { nats: 'ok' } })
  await app[Symbol.asyncDispose]()
  await expect(fetch(`http://127.0.0.1:${app.internalPort}/livez`)).rejects.toThrow('fetch failed')
})
