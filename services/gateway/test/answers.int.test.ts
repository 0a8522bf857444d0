import { app, chat, Problem, type ReplyPart } from '@parley/contracts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openGateway, type GatewayFixture } from './fixture.ts'

const stack = new AsyncDisposableStack()
let edge: GatewayFixture
let other: AsyncDisposable & { origin: string }
let script: (signal: AbortSignal) => AsyncIterable<ReplyPart>
let asked = 0

const conversationId = crypto.randomUUID()
const started: ReplyPart = { type: 'started', conversationId, voice: {}, provider: 'p' }
const say = (text: string): ReplyPart => ({ type: 'text-delta', text })
const finished: ReplyPart = { type: 'finished', reason: 'stop' }

beforeAll(async () => {
  edge = stack.use(await openGateway())
  other = stack.use(await edge.openAnother())
  edge.bus.handle(chat.ask, (_input, { signal }) => {
    asked++
    return script(signal)
  })
  await edge.bus.flush()
})
afterAll(() => stack.disposeAsync())
beforeEach(() => {
  asked = 0
  script = async function* () {
    yield* [started, say('Once'), say(' upon'), say(' a time'), finished]
  }
})

type Heard = { id: string; data: { type: string; text?: string; answerId?: string } }
const blocks = (text: string) => text.split('\n\n').filter((block) => block.startsWith('id:'))
const toHeard = (block: string): Heard => {
  const [, id = '', data = ''] = /^id: (.*)\ndata: (.*)$/.exec(block) ?? []
  return { id, data: JSON.parse(data) as Heard['data'] }
}
const textOf = (heard: Heard[]) => heard.map(({ data }) => data.text ?? '').join('')

type Options = { token: string; origin?: string; lastEventId?: string; method?: string; signal?: AbortSignal }
function call(path: string, { token, origin = edge.origin, lastEventId, method = 'GET', signal }: Options) {
  return fetch(`${origin}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      ...(method === 'POST' && { 'content-type': 'application/json' }),
    },
    ...(method === 'POST' && { body: JSON.stringify({ text: 'tell me' }) }),
    ...(signal && { signal }),
  })
}
const ask = (options: Options) => call('/api/v1/conversations/ask', { ...options, method: 'POST' })
const listen = async (response: Response) => blocks(await response.text()).map(toHeard)

/** Hears so many events and then cuts the connection. */
async function hearAndCut(count: number, token: string): Promise<Heard[]> {
  const cut = new AbortController()
  const response = await ask({ token, signal: cut.signal })
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    if (blocks(text).length >= count) break
  }
  cut.abort()
  return blocks(text).slice(0, count).map(toHeard)
}

test('an answer comes as events, each with an id, and says where it can be taken up', async () => {
  const { token } = edge.logIn()
  const response = await ask({ token })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  expect(response.headers.get('cache-control')).toBe('no-cache, no-transform')
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  const heard = await listen(response)
  expect(heard.map(({ data }) => data.type)).toEqual(['started', 'text-delta', 'text-delta', 'text-delta', 'finished'])
  const { answerId } = heard[0]?.data ?? {}
  expect(heard.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5].map((place) => `${answerId}.${place}`))
})

describe('an answer whose stream was cut', () => {
  /** An answer that goes on only when it is let. */
  function waiting() {
    const gate = Promise.withResolvers<void>()
    script = async function* () {
      yield* [started, say('Once'), say(' upon')]
      await gate.promise
      yield* [say(' a time'), finished]
    }
    return gate
  }

  test.each([
    ['the same instance', () => edge.origin],
    ['another instance', () => other.origin],
  ])('goes on at %s without loss or repetition, and is asked once', async (_where, origin) => {
    const { token } = edge.logIn()
    const gate = waiting()
    const first = await hearAndCut(2, token)
    const { answerId } = first[0]?.data ?? {}
    const coming = call(`/api/v1/answers/${answerId}`, { token, origin: origin(), lastEventId: first[1]?.id ?? '' })
    gate.resolve()
    const rest = await listen(await coming)
    expect(textOf([...first, ...rest])).toBe('Once upon a time')
    expect([...first, ...rest].map(({ id }) => id)).toEqual([1, 2, 3, 4, 5].map((place) => `${answerId}.${place}`))
    expect(asked).toBe(1)
  })

  test('goes on with the same request as well, for clients that only repeat it', async () => {
    const { token } = edge.logIn()
    const gate = waiting()
    const first = await hearAndCut(3, token)
    gate.resolve()
    const rest = await listen(await ask({ token, origin: other.origin, lastEventId: first[2]?.id ?? '' }))
    expect(textOf([...first, ...rest])).toBe('Once upon a time')
    expect(asked).toBe(1)
  })

  test('is 204 for who heard all of it, and whole for who asks from the beginning', async () => {
    const { token } = edge.logIn()
    const heard = await listen(await ask({ token }))
    const path = `/api/v1/answers/${heard[0]?.data.answerId}`
    for (const origin of [edge.origin, other.origin]) {
      expect((await call(path, { token, origin, lastEventId: heard.at(-1)?.id ?? '' })).status).toBe(204)
      expect(await listen(await call(path, { token, origin }))).toEqual(heard)
    }
  })

  test('is nobody else’s', async () => {
    const [{ token }, thief] = [edge.logIn(), edge.logIn()]
    const heard = await listen(await ask({ token }))
    const path = `/api/v1/answers/${heard[0]?.data.answerId}`
    for (const origin of [edge.origin, other.origin]) {
      for (const method of ['GET', 'DELETE'])
        expect((await call(path, { token: thief.token, origin, method })).status).toBe(404)
      expect((await ask({ token: thief.token, origin, lastEventId: heard[0]?.id ?? '' })).status).toBe(404)
    }
  })

  test.each([
    ['of an instance that is gone', `deadbeef.${crypto.randomUUID()}`],
    ['that never was', 'nonsense'],
  ])('%s is told so', async (_what, answerId) => {
    const { token } = edge.logIn()
    const response = await call(`/api/v1/answers/${answerId}`, { token })
    expect([response.status, await response.json()]).toMatchObject([404, { code: 'not-found' }])
  })

  test('a Last-Event-ID that is none asks nothing anew', async () => {
    const { token } = edge.logIn()
    expect((await ask({ token, lastEventId: 'nonsense' })).status).toBe(400)
    expect(asked).toBe(0)
  })
})

test.each([
  ['the same instance', () => edge.origin],
  ['another instance', () => other.origin],
])('an answer can be stopped, by its owner, at %s', async (_where, origin) => {
  const { token } = edge.logIn()
  const stopped = Promise.withResolvers<void>()
  script = async function* (signal) {
    signal.addEventListener('abort', () => stopped.resolve())
    yield* [started, say('Once')]
    await stopped.promise
  }
  const [first] = await hearAndCut(2, token)
  const path = `/api/v1/answers/${first?.data.answerId}`
  const stop = async () => (await call(path, { token, origin: origin(), method: 'DELETE' })).json()
  expect(await stop()).toEqual({ stopped: true })
  await stopped.promise
  await expect.poll(stop).toEqual({ stopped: false })
})

describe('a failure', () => {
  test('before the first event has its status', async () => {
    script = () => {
      throw new Problem('not-found', 'There is no such conversation')
    }
    const response = await ask({ token: edge.logIn().token })
    expect([response.status, await response.json()]).toMatchObject([404, { detail: 'There is no such conversation' }])
  })

  test('later is the last event, for who comes back as well', async () => {
    const { token } = edge.logIn()
    script = async function* () {
      yield* [started, say('Once')]
      throw new Problem('provider-failed', 'The language model broke off its answer')
    }
    const text = await (await ask({ token })).text()
    expect(text).toMatch(/event: error\ndata: \{.*"code":"provider-failed".*\}\n\n$/)
    const { id, data } = toHeard(blocks(text)[0] ?? '')
    const again = await call(`/api/v1/answers/${data.answerId}`, { token, origin: other.origin, lastEventId: id })
    expect(await again.text()).toContain('"code":"provider-failed"')
  })
})

test('who follows an answer is a person, and the answer theirs: the bus says the same', async () => {
  const { token } = edge.logIn()
  const heard = await listen(await ask({ token }))
  const [instance = '', turnId = ''] = (heard[0]?.data.answerId ?? '').split('.')
  const parts = edge.bus.stream(app.answer, { turnId, after: 0 }, { tokens: { instance } })
  await expect(Array.fromAsync(parts)).rejects.toMatchObject({ code: 'forbidden' })
})
