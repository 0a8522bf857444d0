import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createParleyClient, type AppUpdate, type ParleyClient } from '@parley/client'
import { startNginx } from '@parley/local-infrastructure'
import { connectDevice, speakPackets, type VirtualDevice } from '@parley/testkit/device'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newDeviceId, startPlatform } from '../platform.ts'
import { logIn, openApi, signUp, type Api } from './api.ts'
import { pairingCodeOf, pushToTalk, sentencesOf, wholeTurn } from './helpers.ts'

const stack = new AsyncDisposableStack()
let origin: string

beforeAll(async () => {
  const platform = stack.use(await startPlatform({ TRUSTED_PROXIES: '1' }))
  const dir = await mkdtemp(join(tmpdir(), 'parley-nginx-'))
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  const address = (port: number) => [`127.0.0.1:${port}`]
  const front = { dir, gateway: address(platform.gateway.publicPort), hub: address(platform.hub.publicPort) }
  origin = stack.use(await startNginx(front)).url
})
afterAll(() => stack.disposeAsync())

/** A device as it comes out of its box: it asks the front door for its configuration and goes where that says. */
async function unpack(deviceId: string): Promise<VirtualDevice> {
  const response = await fetch(`${origin}/xiaozhi/ota/`, {
    method: 'POST',
    headers: { 'Device-Id': deviceId, 'Client-Id': 'one' },
    body: JSON.stringify({ application: { version: '2.4.2' }, board: { type: 'round', name: 'Round board' } }),
  })
  const { websocket } = (await response.json()) as { websocket: { url: string; token: string } }
  expect(websocket.url).toBe(`${origin.replace('http', 'ws')}/xiaozhi/v1/`)
  return connectDevice({ url: websocket.url, deviceId, clientId: 'one', token: websocket.token })
}

const clientOf = (api: Api) => createParleyClient({ baseUrl: origin, token: api.token ?? '' })

/** An app that listens: what it was told so far. */
async function listen(client: ParleyClient) {
  const told: AppUpdate[] = []
  await new Promise<void>((resolve) => {
    const app = client.openAppSocket({ onUpdate: (update) => told.push(update), onConnected: () => resolve() })
    stack.defer(() => app.close())
  })
  return told
}

const data = ({ body }: { body: Record<string, unknown> }) => body['data'] as Record<string, unknown>

test('a person, a device, and one conversation', async () => {
  const ada = await signUp(openApi(origin), 'ada')
  expect(data(await ada.call('GET', '/api/user/me/'))).toMatchObject({ username: 'ada', kind: 'user' })

  // Somebody talks to the device before anybody owns it.
  const deviceId = newDeviceId()
  await using device = await unpack(deviceId)
  const spoken = device.position
  pushToTalk(device, await speakPackets('what time is it'))
  const answer = sentencesOf(await wholeTurn(device, spoken)).join(' ')
  expect(answer).toMatch(/\d/)
  expect((await ada.call('GET', '/api/v1/conversations')).body).toEqual({ conversations: [] })

  // The device says its code, and the person types it.
  const client = clientOf(ada)
  const told = await listen(client)
  const code = await pairingCodeOf(device)
  const bound = await ada.call('POST', '/api/device/bind/', { code, name: 'Kitchen' })
  expect(bound.status).toBe(201)
  expect(data(bound)).toMatchObject({ mac_address: deviceId, name: 'Kitchen', online: true, board_name: 'Round board' })
  const [listed] = (data(await ada.call('GET', '/api/device/'))['devices'] as unknown[]) ?? []
  expect(listed).toEqual(data(bound))
  expect((await (await signUp(openApi(origin), 'eve')).call('POST', '/api/device/bind/', { code })).status).toBe(404)

  // What was said before is the person's now.
  const listedNow = await client.GET('/api/v1/conversations')
  const { conversations = [] } = listedNow.data ?? {}
  expect(conversations).toMatchObject([{ deviceId, agentName: 'Parley' }])
  const { conversationId = '' } = conversations[0] ?? {}

  // They go on by text in an app, and the device goes on from there.
  const parts = await Array.fromAsync(client.ask({ text: 'say good evening', conversationId }))
  expect(parts[0]).toMatchObject({ type: 'started', conversationId })
  expect(parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('')).toMatch(/good evening/i)
  const again = device.position
  device.send({ type: 'listen', state: 'detect', text: 'say that again' })
  expect(sentencesOf(await wholeTurn(device, again)).join(' ')).toMatch(/good evening/i)

  const texts = async () => {
    const page = await client.GET('/api/v1/conversations/{conversationId}', {
      params: { path: { conversationId }, query: { limit: 50 } },
    })
    return (page.data?.messages ?? []).map(({ role, text }) => `${role}: ${text}`)
  }
  await expect.poll(texts).toHaveLength(8)
  expect(await texts()).toEqual([
    'user: what time is it',
    `assistant: ${answer}`,
    'user: what is your pairing code',
    expect.stringMatching(/^assistant: My pairing code is/),
    'user: say good evening',
    expect.stringMatching(/^assistant: .*good evening/i),
    'user: say that again',
    expect.stringMatching(/^assistant: .*good evening/i),
  ])

  // The app heard all of it as it happened.
  await expect.poll(() => told.filter(({ type }) => type === 'message').length).toBeGreaterThanOrEqual(4)
  expect(told).toContainEqual(expect.objectContaining({ type: 'device-bound', deviceId, name: 'Kitchen' }))
  const deltas = told.flatMap((update) => (update.type === 'message-delta' ? [update.text] : []))
  expect(deltas.join('')).toMatch(/good evening/i)
  await device[Symbol.asyncDispose]()
  await expect.poll(() => told.at(-1)).toMatchObject({ type: 'device-offline', deviceId })
})

test('a device that was given up starts anew with its next owner', async () => {
  const grace = await signUp(openApi(origin), 'grace')
  const deviceId = newDeviceId()
  {
    await using device = await unpack(deviceId)
    await grace.call('POST', '/api/device/bind', { code: await pairingCodeOf(device) })
    const from = device.position
    device.send({ type: 'listen', state: 'detect', text: 'say secret' })
    await wholeTurn(device, from)
    expect((await grace.call('DELETE', `/api/device/${deviceId}`)).status).toBe(200)
    expect(await device.closed()).toMatchObject({ code: 4503 })
  }
  const hedy = await signUp(openApi(origin), 'hedy')
  await using device = await unpack(deviceId)
  await hedy.call('POST', '/api/device/bind', { code: await pairingCodeOf(device) })
  const mine = (await hedy.call('GET', '/api/v1/conversations')).body['conversations'] as { conversationId: string }[]
  expect(mine).toHaveLength(1)
  const { messages } = (await hedy.call('GET', `/api/v1/conversations/${mine[0]?.conversationId}`)).body as {
    messages: { text: string }[]
  }
  expect(messages.map(({ text }) => text).join(' ')).not.toContain('secret')
})

test('logging out ends the session everywhere', async () => {
  const api = openApi(origin)
  await signUp(api, 'leaver')
  const [first, second] = [await logIn(api, 'leaver'), await logIn(api, 'leaver')]
  await first.call('GET', '/api/user/me')
  expect((await first.call('POST', '/api/user/logout')).status).toBe(200)
  await expect.poll(async () => (await first.call('GET', '/api/user/me')).status).toBe(401)
  expect((await second.call('GET', '/api/user/me')).status).toBe(200)
})
