import { auth, authMfa } from '@parley/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openGateway, type GatewayFixture } from './fixture.ts'

let state = { recent: false, enrolled: false }

async function open(environment: Record<string, string> = {}): Promise<GatewayFixture> {
  const edge = await openGateway(environment)
  edge.bus.handle(authMfa.readStepUp, () => state)
  edge.bus.handle(authMfa.resetFactors, () => ({}))
  await edge.bus.flush()
  return edge
}

const reset = (edge: GatewayFixture, token: string) =>
  edge.call(`/api/v1/admin/users/${crypto.randomUUID()}/mfa`, { method: 'DELETE', token })

describe.each<[string, [state: typeof state, status: number][]]>([
  [
    'enrolled',
    [
      [{ recent: true, enrolled: true }, 200],
      [{ recent: false, enrolled: true }, 403],
      [{ recent: false, enrolled: false }, 200],
    ],
  ],
  [
    'required',
    [
      [{ recent: true, enrolled: true }, 200],
      [{ recent: false, enrolled: true }, 403],
      [{ recent: false, enrolled: false }, 403],
    ],
  ],
])('with ADMIN_STEP_UP=%s', (policy, cases) => {
  let edge: GatewayFixture
  beforeAll(async () => {
    edge = await open({ ADMIN_STEP_UP: policy })
  })
  afterAll(() => edge[Symbol.asyncDispose]())

  test.each(cases)('a session that is %j gets %i', async (given, status) => {
    state = given
    const { token } = edge.logIn('admin')
    const answer = await reset(edge, token)
    expect(answer.status).toBe(status)
    if (status === 403) expect(await answer.json()).toMatchObject({ code: 'second-factor-required' })
  })
})

test('who does not know that it could be asked is refused all the same', async () => {
  await using edge = await openGateway()
  const { token } = edge.logIn('admin')
  expect((await reset(edge, token)).status).toBe(503)
})

test('no token, code or password is in the log, wherever it was put', async () => {
  await using edge = await open()
  edge.bus.handle(auth.login, () => {
    throw new Error('not today')
  })
  await edge.bus.flush()
  const secret = 'a-secret-that-nobody-must-see'
  const { token } = edge.logIn()
  const tries = [
    edge.call(`/api/user/me?token=${secret}&access_token=${secret}`),
    edge.call(`/nowhere/${secret}`, { token: secret }),
    edge.call(`/api/user/password/reset?token=${secret}`, { body: { token: secret, password: secret } }),
    edge.call('/api/user/login', { body: { username: secret, password: secret } }),
    edge.call('/api/user/sms-login', { body: { phone: '13800138000', code: secret } }),
    edge.call(`/api/user/providers/${secret}/login`, { body: { code: secret, ticket: secret }, token }),
  ]
  await Promise.all(tries)
  expect(edge.lines.length).toBeGreaterThan(0)
  expect(edge.lines.join('')).not.toContain(secret)
  expect(edge.lines.join('')).not.toContain(token)
})
