import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPublicFetch } from './public-fetch.ts'
import { readBounded } from './read-bounded.ts'

let asked = 0
const server = createServer((_request, response) => {
  asked++
  response.end('x'.repeat(100))
})
let port: number
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

test.each([
  ['the loopback', () => `http://127.0.0.1:${port}/`],
  ['the loopback by a name', () => `http://localhost:${port}/`],
  ['the loopback as a number', () => `http://2130706433:${port}/`],
  ['the loopback in IPv6', () => `http://[::1]:${port}/`],
  ['the loopback as IPv4 in IPv6', () => `http://[::ffff:127.0.0.1]:${port}/`],
  ['nowhere', () => `http://0.0.0.0:${port}/`],
  ['a private network', () => 'http://192.168.1.1/'],
  ['what clouds tell their machines', () => 'http://169.254.169.254/latest/meta-data/'],
  ['a unique local address', () => 'http://[fd00::1]/'],
  ['a file', () => 'file:///etc/passwd'],
  ['no address', () => 'nonsense'],
])('%s is not asked', async (_, url) => {
  await expect(createPublicFetch()(url())).rejects.toMatchObject({ code: 'bad-request' })
  expect(asked).toBe(0)
})

test('a host that the operator allows is asked, and its answer is bounded', async () => {
  const fetch = createPublicFetch({ privateHosts: ['LOCALHOST'] })
  const url = `http://localhost:${port}/`
  expect(await readBounded(await fetch(url), 100)).toHaveLength(100)
  await expect(readBounded(await fetch(url), 99)).rejects.toMatchObject({ code: 'provider-failed' })
})
