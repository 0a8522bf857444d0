import { once } from 'node:events'
import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isDeviceToken } from '@parley/device-protocol'
import { createHttpApp, createLogger } from '@parley/service-kit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { InMemoryDevices } from '../../test/devices.ts'
import { createAddressLimit } from './address-limit.ts'
import { otaRoutes } from './ota.ts'

const deviceId = 'aa:bb:cc:dd:ee:ff'
const tokenSecret = 's'.repeat(32)
const log = createLogger({ service: 'test', level: 'silent' })
type Answer = {
  server_time: { timestamp: number; timezone_offset: number }
  firmware: { version: string; url: string }
  websocket: { url: string; token: string; version: number }
}

let server: Server
let devices: InMemoryDevices
let origin: string

async function serve(given: { websocketUrl?: string; trustedProxies?: number; activation?: 'open' | 'required' } = {}) {
  devices = new InMemoryDevices()
  const { websocketUrl, trustedProxies } = given
  const routers = [
    otaRoutes({
      log,
      devices,
      codes: { issue: async () => ({ code: '012345', leftS: 900 }) },
      limit: createAddressLimit(1_000, () => 0),
      firmware: { offer: async () => undefined },
      activation: given.activation ?? 'open',
      tokenSecret,
      websocketUrl,
      timezoneOffsetMinutes: 480,
      now: () => 1_767_225_600_000,
    }),
  ]
  server = createServer(createHttpApp({ log, routers, trustedProxies })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `127.0.0.1:${(server.address() as AddressInfo).port}`
}
beforeEach(() => serve())
afterEach(() => void server.close())

function post(body: string, headers: Record<string, string> = {}, path = '/xiaozhi/ota/') {
  return fetch(`http://${origin}${path}`, { method: 'POST', body, headers })
}
const read = async (response: Response) => (await response.json()) as Answer
const identity = { 'Device-Id': 'AA:BB:CC:DD:EE:FF', 'Client-Id': 'one' }

describe('a device', () => {
  test.each(['/xiaozhi/ota/', '/xiaozhi/ota'])('gets everything that firmware needs at %s', async (path) => {
    const response = await post(JSON.stringify({ application: { version: '2.0.1' } }), identity, path)
    expect(response.status).toBe(200)
    const answer = await read(response)
    expect(answer).toEqual({
      server_time: { timestamp: 1_767_225_600_000, timezone_offset: 480 },
      firmware: { version: '2.0.1', url: '' },
      websocket: { url: `ws://${origin}/xiaozhi/v1/`, token: expect.any(String) as string, version: 1 },
    })
    expect(isDeviceToken(tokenSecret, { deviceId, clientId: 'one', epoch: 1 }, answer.websocket.token)).toBe(true)
  })

  test('gets the same credential again', async () => {
    const [first, second] = [await read(await post('{}', identity)), await read(await post('{}', identity))]
    expect(second.websocket.token).toBe(first.websocket.token)
  })

  test.each([
    ['broken JSON', '{"version":2,"board":{"ssid":"my "wifi""},"mac_address":"aa:bb:cc:dd:ee:ff","uuid":"one"}'],
    ['nothing but its name', '{"mac_address":"AA-BB-CC-DD-EE-FF"}'],
  ])('may send %s and no header', async (_name, body) => {
    const answer = await read(await post(body))
    expect(answer.websocket.token).not.toBe('')
    expect(answer.firmware).toEqual({ version: '0.0.0', url: '' })
    expect((await devices.find(deviceId))?.deviceId).toBe(deviceId)
  })

  test('may send nothing but headers, or write them into the address', async () => {
    expect((await post('', identity)).status).toBe(200)
    expect((await post('{}', {}, `/xiaozhi/ota/?device-id=${deviceId}`)).status).toBe(200)
  })

  test('of another installation gets no credential when the device has an owner', async () => {
    await post('{}', identity)
    devices.own(deviceId, 'someone')
    const response = await post('{}', { ...identity, 'Client-Id': 'two' })
    expect(response.status).toBe(200)
    expect((await read(response)).websocket.token).toBe('')
  })

  test('without a name is told which field is missing', async () => {
    const response = await post('{}')
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'bad-request', issues: [{ path: 'device-id' }] })
  })

  test('that sends too much is refused', async () => {
    expect((await post('x'.repeat(70_000), identity)).status).toBe(413)
  })
})

describe('where an owner is required', () => {
  const activate = (path = 'activate', headers: Record<string, string> = identity) =>
    post('{}', headers, `/xiaozhi/ota/${path}`)
  beforeEach(async () => {
    server.close()
    await serve({ activation: 'required' })
  })

  test('a device shows its code, has no credential, and waits', async () => {
    const answer = await read(await post('{}', identity))
    expect(answer).toMatchObject({
      activation: { code: '012345', message: 'Parley\n012345', challenge: deviceId },
      websocket: { token: '' },
    })
    expect((await activate()).status).toBe(202)
    expect((await activate('activate/')).status).toBe(202)
  })

  test('a device goes on as soon as it has an owner', async () => {
    await post('{}', identity)
    devices.own(deviceId, 'ada')
    expect((await activate()).status).toBe(200)
    const answer = await read(await post('{}', identity))
    expect(answer).not.toHaveProperty('activation')
    expect(answer.websocket.token).not.toBe('')
  })

  test('who waits says who they are', async () => {
    expect((await activate('activate', {})).status).toBe(400)
  })
})

test('where none is required nobody waits', async () => {
  expect((await post('{}', identity, '/xiaozhi/ota/activate')).status).toBe(200)
})

describe('the address that devices are told', () => {
  test('is the configured one', async () => {
    server.close()
    await serve({ websocketUrl: 'wss://voice.example.com/xiaozhi/v1/' })
    expect((await read(await post('{}', identity))).websocket.url).toBe('wss://voice.example.com/xiaozhi/v1/')
  })

  test('follows a trusted proxy, and no other', async () => {
    const forwarded = { ...identity, 'X-Forwarded-Host': 'voice.example.com', 'X-Forwarded-Proto': 'https' }
    expect((await read(await post('{}', forwarded))).websocket.url).toBe(`ws://${origin}/xiaozhi/v1/`)
    server.close()
    await serve({ trustedProxies: 1 })
    expect((await read(await post('{}', forwarded))).websocket.url).toBe('wss://voice.example.com/xiaozhi/v1/')
  })

  test.each(['GET', 'POST'])('cannot be made of a host that is none (%s)', async (method) => {
    const { port } = server.address() as AddressInfo
    const headers = { host: 'a b<script>', 'device-id': deviceId }
    const request = httpRequest({ port, host: '127.0.0.1', method, path: '/xiaozhi/ota/', headers }).end()
    const [response] = (await once(request, 'response')) as [{ statusCode?: number; resume: () => void }]
    response.resume()
    expect(response.statusCode).toBe(400)
  })
})

describe('a browser', () => {
  test('is let in from anywhere, with the headers that it asks for', async () => {
    const asked = 'client-id,device-id,activation-version,content-type'
    const headers = {
      origin: 'http://page',
      'access-control-request-method': 'POST',
      'access-control-request-headers': asked,
    }
    const response = await fetch(`http://${origin}/xiaozhi/ota/`, { method: 'OPTIONS', headers })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-headers')).toBe(asked)
    expect((await post('{}', identity)).headers.get('access-control-allow-origin')).toBe('*')
  })

  test('shows a person the page', async () => {
    const response = await fetch(`http://${origin}/xiaozhi/ota/`)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(await response.text()).toContain(`http://${origin}/xiaozhi/ota/`)
  })
})
