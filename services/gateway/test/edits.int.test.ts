import { chat, Problem, type Agent, type AgentSettings } from '@parley/contracts'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openGateway, type GatewayFixture } from './fixture.ts'

let edge: GatewayFixture
let made: AgentSettings[] = []
let making: (settings: AgentSettings) => Promise<void> | void = () => undefined
const changed: { unchangedSince?: string | undefined }[] = []
const updatedAt = '2026-11-25T01:02:03.004Z'

function agent(settings: Partial<AgentSettings>): Agent {
  const { name = 'Bo', prompt = 'Be Bo.' } = settings
  const mind = { tools: {}, memory: 'facts', intent: 'tools' } as const
  const more = { voice: {}, sampling: {}, manner: {}, isDefault: false, editable: true, updatedAt }
  return { agentId: newId(), name, prompt, ...mind, ...more }
}

beforeAll(async () => {
  edge = await openGateway()
  edge.bus.handle(chat.createAgent, async (settings) => {
    made.push(settings)
    await making(settings)
    return agent(settings)
  })
  edge.bus.handle(chat.readAgent, () => agent({}))
  edge.bus.handle(chat.updateAgent, ({ unchangedSince }) => {
    changed.push({ unchangedSince })
    if (unchangedSince !== undefined && unchangedSince !== updatedAt)
      throw new Problem('precondition-failed', 'This agent was changed meanwhile: read it again')
    return agent({})
  })
  await edge.bus.flush()
})
afterAll(() => edge[Symbol.asyncDispose]())
beforeEach(() => {
  made = []
  making = () => undefined
})

const settings = { name: 'Zoe', prompt: 'Be Zoe.' }
const make = (token: string, key: string | undefined, body: object = settings) =>
  edge.call('/api/v1/agents', { token, body, ...(key !== undefined && { headers: { 'idempotency-key': key } }) })

describe('a request with an Idempotency-Key', () => {
  test('is done once, and answered the same each time', async () => {
    const { token } = edge.logIn()
    const answers = [await make(token, 'one'), await make(token, 'one')]
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    const [first, second] = await Promise.all(answers.map((answer) => answer.json()))
    expect(second).toEqual(first)
    expect(answers.map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true'])
    expect(made).toHaveLength(1)
  })

  test('at another instance, too', async () => {
    const { token } = edge.logIn()
    const first = await (await make(token, 'two')).json()
    await using other = await edge.openAnother()
    const answer = await fetch(`${other.origin}/api/v1/agents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'two' },
      body: JSON.stringify(settings),
    })
    expect(await answer.json()).toEqual(first)
    expect(made).toHaveLength(1)
  })

  test('is somebody’s own: others may have the same key', async () => {
    await make(edge.logIn().token, 'three')
    await make(edge.logIn().token, 'three')
    expect(made).toHaveLength(2)
  })

  test('stands for one request and no other', async () => {
    const { token } = edge.logIn()
    await make(token, 'four')
    const other = await make(token, 'four', { ...settings, name: 'Yan' })
    expect([other.status, await other.json()]).toMatchObject([400, { code: 'bad-request' }])
    expect(made).toHaveLength(1)
  })

  test('that is under way is not begun again', async () => {
    const { token } = edge.logIn()
    const { promise: going, resolve: goOn } = Promise.withResolvers<void>()
    making = () => going
    const first = make(token, 'five')
    await expect.poll(() => made).toHaveLength(1)
    const second = await make(token, 'five')
    expect([second.status, second.headers.get('retry-after')]).toEqual([409, '1'])
    goOn()
    expect((await first).status).toBe(201)
  })

  test('that fails can be tried again', async () => {
    const { token } = edge.logIn()
    making = () => Promise.reject(new Problem('conflict', 'You have 100 agents already; that is the most'))
    expect((await make(token, 'six')).status).toBe(409)
    making = () => undefined
    expect((await make(token, 'six')).status).toBe(201)
  })

  test('is refused when its key is too long', async () => {
    expect((await make(edge.logIn().token, 'k'.repeat(256))).status).toBe(400)
  })
})

test('without a key each request is another one', async () => {
  const { token } = edge.logIn()
  await make(token, undefined)
  await make(token, undefined)
  expect(made).toHaveLength(2)
})

describe('an edit with If-Match', () => {
  const edit = (token: string, tag: string) =>
    edge.call(`/api/v1/agents/${newId()}`, {
      method: 'PATCH',
      token,
      body: { name: 'Bo' },
      headers: { 'if-match': tag },
    })

  test('is done while the thing is as it was read', async () => {
    const { token } = edge.logIn()
    const tag = (await edge.call(`/api/v1/agents/${newId()}`, { token })).headers.get('etag') ?? ''
    expect((await edit(token, tag)).status).toBe(200)
    expect(changed.at(-1)).toEqual({ unchangedSince: updatedAt })
    expect((await edit(token, '*')).status).toBe(200)
    expect(changed.at(-1)).toEqual({})
  })

  test('is refused otherwise', async () => {
    const { token } = edge.logIn()
    for (const tag of ['"1"', 'W/"x"', 'nonsense']) {
      const answer = await edit(token, tag)
      expect([answer.status, await answer.json()]).toMatchObject([412, { code: 'precondition-failed' }])
    }
  })
})
