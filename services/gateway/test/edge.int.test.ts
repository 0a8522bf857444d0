import { chat, device, Problem } from '@parley/contracts'
import { currentContext } from '@parley/bus'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openGateway, type GatewayFixture } from './fixture.ts'

let edge: GatewayFixture
beforeAll(async () => {
  edge = await openGateway({ CORS_ORIGINS: 'https://app.example.com' })
  edge.bus.handle(chat.listAgents, () => ({ agents: [] }))
  edge.bus.handle(device.list, (_input, { identity }) => {
    const seen = currentContext()
    throw new Problem('conflict', `${identity.kind} ${identity.userId} ${seen?.requestId}`)
  })
  await edge.bus.flush()
})
afterAll(() => edge[Symbol.asyncDispose]())

describe('who may come', () => {
  test('is asked of auth once, not with every request', async () => {
    const { token } = edge.logIn()
    const before = edge.verified()
    const answers = await Promise.all([1, 2, 3].map(() => edge.call('/api/v1/agents', { token })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    await edge.call('/api/v1/agents', { token })
    expect(edge.verified() - before).toBe(1)
  })

  test('ends at once with the session', async () => {
    const { token } = edge.logIn()
    expect((await edge.call('/api/v1/agents', { token })).status).toBe(200)
    edge.end(token)
    await expect.poll(async () => (await edge.call('/api/v1/agents', { token })).status).toBe(401)
  })

  test.each([
    ['no token', {}],
    ['a token of nobody', { token: 'nobody' }],
    ['another scheme', { headers: { authorization: 'Basic eDp5' } }],
    ['nothing behind the scheme', { headers: { authorization: 'Bearer ' } }],
  ])('not with %s', async (_what, options) => {
    const response = await edge.call('/api/v1/agents', options)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(await response.json()).toMatchObject({ code: 'unauthorized' })
  })

  test('not beyond the scopes of the token', async () => {
    const { token } = edge.logIn('user', ['chat'])
    const response = await edge.call('/api/v1/agents', { token })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'forbidden', detail: 'This token may not do this ("agents")' })
  })

  test('is told, signed, to the service, with the request’s id', async () => {
    const { token, person } = edge.logIn()
    const response = await edge.call('/api/device/', { token, headers: { 'x-request-id': 'r-17' } })
    expect(await response.json()).toMatchObject({ code: 409, message: `user ${person.userId} r-17`, data: null })
    expect(response.headers.get('x-request-id')).toBe('r-17')
  })
})

describe('a refusal', () => {
  test('names every wrong field', async () => {
    const { token } = edge.logIn()
    const response = await edge.call('/api/v1/agents', { token, body: { name: '', voice: { speed: 9 } } })
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    const { issues } = (await response.json()) as { issues: { path: string }[] }
    expect(issues.map(({ path }) => path)).toEqual(['name', 'prompt', 'voice.speed'])
  })

  test.each([
    ['no JSON', '{', 400],
    ['no object', '[]', 400],
    ['too much', JSON.stringify({ name: 'x', prompt: 'x'.repeat(1_100_000) }), 413],
  ])('of a body that is %s', async (_what, body, status) => {
    const { token } = edge.logIn()
    const headers = { 'content-type': 'application/json' }
    const response = await edge.call('/api/v1/agents', { method: 'POST', token, body, headers })
    expect(response.status).toBe(status)
  })

  test('comes in the form of the clients of the route', async () => {
    const companion = await (await edge.call('/api/user/me')).json()
    expect(companion).toMatchObject({ code: 401, message: expect.stringContaining('Log in') as string, data: null })
    const openai = await (await edge.call('/v1/models')).json()
    expect(openai).toEqual({
      error: {
        message: expect.stringContaining('Log in') as string,
        type: 'authentication_error',
        param: null,
        code: 'unauthorized',
      },
    })
    const rtc = await (await edge.call('/proxy?Action=StartVoiceChat', { body: {} })).json()
    expect(rtc).toMatchObject({ ResponseMetadata: { Action: 'StartVoiceChat', Error: { Code: -1 } } })
  })

  test('when nobody serves the route’s service is 503 and may be tried again', async () => {
    const { token } = edge.logIn()
    const response = await edge.call('/api/v1/conversations', { token })
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ code: 'unavailable', retryable: true })
  })

  test('of what there is not is 404', async () => {
    const response = await edge.call('/nothing/here', { headers: { 'x-request-id': 'r-1' } })
    expect([response.status, await response.json()]).toMatchObject([404, { code: 'not-found', requestId: 'r-1' }])
  })
})

test('every request is one log line, without its token', async () => {
  const { token } = edge.logIn()
  await edge.call('/api/v1/agents', { token, headers: { 'x-request-id': 'logged-once' } })
  await expect.poll(() => edge.lines.filter((line) => line.includes('logged-once'))).toHaveLength(1)
  const [line = '{}'] = edge.lines.filter((line) => line.includes('logged-once'))
  expect(JSON.parse(line)).toMatchObject({ method: 'GET', route: '/api/v1/agents', status: 200 })
  expect(edge.lines.join('')).not.toContain(token)
})

describe('pages of other origins', () => {
  test('may ask when they are on the list', async () => {
    const response = await edge.call('/api/v1/agents', {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com', 'access-control-request-method': 'GET' },
    })
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.com')
  })

  test('may not otherwise', async () => {
    const response = await edge.call('/health', { headers: { origin: 'https://evil.example.com' } })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })
})

test('behind a proxy that ends TLS, browsers are told to come by HTTPS only', async () => {
  await using behind = await openGateway({ TRUSTED_PROXIES: '1' })
  const read = async (proto: string) =>
    (await behind.call('/livez', { headers: { 'x-forwarded-proto': proto } })).headers.get('strict-transport-security')
  expect([await read('https'), await read('http')]).toEqual(['max-age=31536000', null])
  // Who is no proxy of ours may say what they like.
  expect(
    (await edge.call('/livez', { headers: { 'x-forwarded-proto': 'https' } })).headers.has('strict-transport-security'),
  ).toBe(false)
})
