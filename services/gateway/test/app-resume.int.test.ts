import { once } from 'node:events'
import { app, type AppUpdate } from '@parley/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { openGateway, type GatewayFixture } from './fixture.ts'

const stack = new AsyncDisposableStack()
let edge: GatewayFixture
let other: AsyncDisposable & { origin: string }
beforeAll(async () => {
  edge = stack.use(await openGateway())
  other = stack.use(await edge.openAnother())
})
afterAll(() => stack.disposeAsync())

type Told = Record<string, unknown> & { type: string; offset: string }

async function connect(token: string, { origin = edge.origin, after }: { origin?: string; after?: string } = {}) {
  const query = after === undefined ? '' : `?after=${after}`
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws/app${query}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const told: Told[] = []
  socket.on('message', (data) => told.push(JSON.parse((data as Buffer).toString()) as Told))
  await expect.poll(() => told[0]?.type).toBe('ready')
  return {
    told,
    reasons: () => told.flatMap(({ reason }) => (typeof reason === 'string' ? [reason] : [])),
    drop: async () => {
      socket.terminate()
      await once(socket, 'close')
    },
  }
}

const deviceId = 'aa:bb:cc:dd:ee:ff'
const said = (reason: string): AppUpdate => ({ type: 'device-offline', deviceId, reason })
const tell = (userId: string, ...reasons: string[]) => {
  for (const reason of reasons) edge.bus.publish(app.update, said(reason), { tokens: { userId } })
}

test('everything that is told has an offset, and an app that comes back hears what it missed, once, in order', async () => {
  const { token, person } = edge.logIn()
  const first = await connect(token)
  tell(person.userId, 'one', 'two')
  await expect.poll(first.reasons).toEqual(['one', 'two'])
  await first.drop()
  tell(person.userId, 'three', 'four')
  const after = first.told.at(-1)?.offset ?? ''
  const second = await connect(token, { after })
  expect(second.told[0]).toMatchObject({ type: 'ready', resumed: true })
  tell(person.userId, 'five')
  await expect.poll(second.reasons).toEqual(['three', 'four', 'five'])
  await second.drop()
})

test('at another instance, too, while it goes on', async () => {
  const { token, person } = edge.logIn()
  const first = await connect(token)
  tell(person.userId, 'one')
  await expect.poll(first.reasons).toEqual(['one'])
  await first.drop()
  const numbers = Array.from({ length: 50 }, (_, index) => String(index))
  tell(person.userId, ...numbers.slice(0, 20))
  const coming = connect(token, { origin: other.origin, after: first.told.at(-1)?.offset ?? '' })
  for (const number of numbers.slice(20)) {
    tell(person.userId, number)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const second = await coming
  await expect.poll(second.reasons).toHaveLength(numbers.length)
  expect(second.reasons()).toEqual(numbers)
  // And back again, from what the other instance has told.
  await second.drop()
  tell(person.userId, 'last')
  const third = await connect(token, { after: second.told.at(-1)?.offset ?? '' })
  await expect.poll(third.reasons).toEqual(['last'])
  await third.drop()
})

test('an app that heard nothing yet goes on from where it joined', async () => {
  const { token, person } = edge.logIn()
  const first = await connect(token)
  await first.drop()
  tell(person.userId, 'one')
  const second = await connect(token, { after: first.told[0]?.offset ?? '' })
  await expect.poll(second.reasons).toEqual(['one'])
  await second.drop()
})

test.each([
  ['of an instance that is gone', 'deadbeef.7'],
  ['that was never given', 'nonsense'],
  ['of the future', undefined],
])('an offset %s says that something may be missing', async (_what, given) => {
  const { token, person } = edge.logIn()
  const first = await connect(token)
  const [instance] = (first.told[0]?.offset ?? '').split('.')
  await first.drop()
  const second = await connect(token, { after: given ?? `${instance}.999999999` })
  expect(second.told[0]).toMatchObject({ type: 'ready', resumed: false })
  tell(person.userId, 'one')
  await expect.poll(second.reasons).toEqual(['one'])
  await second.drop()
})

test('what is kept is bounded: who missed more is told so', async () => {
  const { token, person } = edge.logIn()
  const first = await connect(token)
  await first.drop()
  tell(person.userId, ...Array.from({ length: 600 }, (_, index) => String(index)))
  await edge.bus.flush()
  const second = await connect(token, { after: first.told[0]?.offset ?? '' })
  await expect.poll(() => second.told[0]).toMatchObject({ resumed: false })
  await second.drop()
})

test('what somebody else was told is nobody’s to ask for', async () => {
  const [ada, bo] = [edge.logIn(), edge.logIn()]
  const [first, second] = [await connect(ada.token), await connect(bo.token)]
  tell(ada.person.userId, 'a secret')
  await expect.poll(first.reasons).toEqual(['a secret'])
  const after = second.told[0]?.offset ?? ''
  await second.drop()
  const third = await connect(bo.token, { after })
  expect([third.told[0]?.['resumed'], third.reasons()]).toEqual([true, []])
  await Promise.all([first.drop(), third.drop()])
})
