import { Problem, rtc, type Identity } from '@parley/contracts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openGateway, type GatewayFixture } from './fixture.ts'

type Asked = { identity: Identity | undefined; input: Record<string, unknown> }

/** A gateway with a stand-in for rtc-proxy, and what that was asked. */
async function openRtc(environment: Record<string, string> = {}) {
  const edge = await openGateway(environment)
  const asked: Asked[] = []
  let refusal: Problem | undefined
  edge.bus.handle(rtc.getScenes, (input, { identity }) => {
    asked.push({ identity, input })
    if (refusal) throw refusal
    return { scenes: [] }
  })
  edge.bus.handle(rtc.call, (input, { identity }) => {
    asked.push({ identity, input })
    if (refusal) throw refusal
    return { answer: { ResponseMetadata: { Action: input.action, RequestId: 'r' }, Result: 'ok' } }
  })
  edge.bus.handle(rtc.issueDeviceToken, (input, { identity }) => {
    asked.push({ identity, input })
    if (refusal) throw refusal
    const { deviceId } = input
    return {
      appId: 'a',
      roomId: 'room_u',
      userId: 'u',
      taskId: deviceId,
      token: 't',
      expiresAt: '2026-01-01T00:00:00Z',
    }
  })
  await edge.bus.flush()
  return Object.assign(edge, {
    asked,
    refuse: (problem: Problem | undefined) => {
      refusal = problem
    },
  })
}

type Rtc = Awaited<ReturnType<typeof openRtc>>
const start = (edge: GatewayFixture, token?: string) =>
  edge.call('/proxy?Action=StartVoiceChat', { body: { SceneID: 'shop' }, ...(token !== undefined && { token }) })

describe('where the demo is closed', () => {
  let edge: Rtc
  beforeAll(async () => {
    edge = await openRtc()
  })
  beforeEach(() => {
    edge.asked.length = 0
    edge.refuse(undefined)
  })
  afterAll(() => edge[Symbol.asyncDispose]())

  test.each(['/getScenes?Action=getScenes', '/proxy?Action=StartVoiceChat'])('%s is for people', async (path) => {
    const response = await edge.call(path, { method: 'POST' })
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({
      code: 401,
      message: '鉴权失败',
      ResponseMetadata: {
        Action: path.split('=')[1],
        Error: { Code: -1, Message: 'Error: Log in first: send "Authorization: Bearer <token>"' },
      },
    })
    expect(edge.asked).toEqual([])
  })

  test('a person is who they are, and never a guest', async () => {
    const { token, person } = edge.logIn()
    expect((await start(edge, token)).status).toBe(200)
    expect(edge.asked).toEqual([{ identity: person, input: { action: 'StartVoiceChat', sceneId: 'shop' } }])
  })

  test('that our own call is not believed reads as older clients know it', async () => {
    const { token } = edge.logIn()
    edge.refuse(new Problem('unauthorized', 'The identity of the call is not valid'))
    const response = await start(edge, token)
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 401, message: '鉴权失败' })
  })

  test.each([
    [new Problem('bad-request', 'SceneID 不能为空'), 400, 'Error: SceneID 不能为空'],
    [new Problem('overloaded', 'Too many'), 503, 'Error: Too many'],
    [new Problem('timeout', 'The RTC cloud gave no answer'), 504, 'Error: The RTC cloud gave no answer'],
  ])('a refusal is in the form of the demo: %s', async (problem, status, Message) => {
    edge.refuse(problem)
    const response = await start(edge, edge.logIn().token)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({
      ResponseMetadata: { Action: 'StartVoiceChat', Error: { Code: -1, Message } },
    })
  })

  test('a device asks with its own credential, in the form of the companion app', async () => {
    const headers = { authorization: 'Bearer own.1', 'client-id': 'one' }
    const path = '/api/device/rtc-token/get_by_mac/?mac_address=AA-BB-CC-DD-EE-FF'
    const response = await edge.call(path, { method: 'POST', headers })
    const deviceId = 'aa:bb:cc:dd:ee:ff'
    expect(edge.asked).toEqual([
      {
        identity: { kind: 'service', service: 'gateway' },
        input: { deviceId, credential: 'own.1', clientId: 'one' },
      },
    ])
    expect(await response.json()).toEqual({
      code: 200,
      message: 'success',
      data: {
        app_id: 'a',
        room_id: 'room_u',
        user_id: 'u',
        task_id: deviceId,
        token: 't',
        expires_at: '2026-01-01T00:00:00Z',
      },
    })
    const nothing = await edge.call('/api/device/rtc-token/get_by_mac/', { method: 'POST' })
    expect(nothing.status).toBe(400)
  })
})

describe('where the demo is open', () => {
  let edge: Rtc
  beforeAll(async () => {
    edge = await openRtc({ RTC_DEMO: 'open', TRUSTED_PROXIES: '1' })
  })
  beforeEach(() => {
    edge.asked.length = 0
  })
  afterAll(() => edge[Symbol.asyncDispose]())

  test('that is said at the start', () => {
    expect(edge.lines.join('')).toContain('RTC_DEMO is open')
  })

  test('the front end comes as it is: no token, no body but its type, from another origin', async () => {
    const headers = { 'content-type': 'application/json', origin: 'http://localhost:3000' }
    const asking = {
      ...headers,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    }
    const preflight = await edge.call('/getScenes?Action=getScenes', { method: 'OPTIONS', headers: asking })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    expect(preflight.headers.get('access-control-allow-headers')).toContain('content-type')
    const response = await edge.call('/getScenes?Action=getScenes', {
      method: 'POST',
      headers: { ...headers, 'x-forwarded-for': '192.0.2.7' },
    })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(await response.json()).toEqual({ ResponseMetadata: { Action: 'getScenes' }, Result: { scenes: [] } })
    expect(edge.asked).toEqual([{ identity: { kind: 'service', service: 'gateway' }, input: { guest: '192.0.2.7' } }])
  })

  test('who says who they are must be it, and is no guest', async () => {
    const { token, person } = edge.logIn()
    expect((await start(edge, token)).status).toBe(200)
    expect(edge.asked).toMatchObject([{ identity: person, input: { action: 'StartVoiceChat' } }])
    expect(edge.asked[0]?.input['guest']).toBeUndefined()
    expect((await start(edge, 'nobody')).status).toBe(401)
    expect((await start(edge, edge.logIn('user', []).token)).status).toBe(403)
  })

  test('nothing else is open', async () => {
    expect((await edge.call('/api/user/me', {})).status).toBe(401)
    const other = await edge.call('/api/user/me', { headers: { origin: 'http://localhost:3000' } })
    expect(other.headers.get('access-control-allow-origin')).toBeNull()
  })
})
