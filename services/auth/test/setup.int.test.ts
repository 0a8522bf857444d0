import type { Bus } from '@parley/bus'
import { auth } from '@parley/contracts'
import { createLogger } from '@parley/service-kit'
import { cornerEnvironment, openCorner, type Corner } from '@parley/testkit'
import { openCornerBus } from '@parley/testkit/bus'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'

const stack = new AsyncDisposableStack()
const password = 'correct horse battery'
let corner: Corner
let bus: Bus
let links: string[]

/** Starts an instance and gives the link that it prints. */
async function start(): Promise<string | undefined> {
  const lines: string[] = []
  const log = createLogger({ service: 'auth', level: 'info', destination: { write: (line) => lines.push(line) } })
  const quick = { PASSWORD_MEMORY_KIB: '1024', PASSWORD_PASSES: '1', PUBLIC_URL: 'https://parley.example.com' }
  stack.use(await createApp(readConfig({ ...cornerEnvironment(corner), ...quick }), { log }))
  return /open (https:\S+)"/.exec(lines.join(''))?.[1]
}

const tokenOf = (link = '') => new URL(link).hash.slice(1)
const setUp = (link: string | undefined, username: string) =>
  bus.request(auth.setUp, { token: tokenOf(link), username, password })

beforeAll(async () => {
  corner = stack.use(await openCorner())
  bus = stack.use(await openCornerBus(corner))
  links = [(await start()) ?? '', (await start()) ?? '']
})
afterAll(() => stack.disposeAsync())

test('each start without an administrator prints a link of its own', () => {
  expect(new Set(links).size).toBe(2)
  for (const link of links) expect(link).toMatch(/^https:\/\/parley\.example\.com\/setup#[\w-]{43}$/)
})

test('a link that nobody printed is refused', async () => {
  await expect(setUp(`https://x/setup#${'a'.repeat(43)}`, 'root')).rejects.toMatchObject({ code: 'unauthorized' })
})

test('a name that is taken does not use the link up; of all who try, one becomes the administrator', async () => {
  await bus.request(auth.register, { username: 'taken', password })
  await expect(setUp(links[0], 'taken')).rejects.toMatchObject({ code: 'conflict', detail: 'This name is taken' })

  const tries = await Promise.allSettled([setUp(links[0], 'ada'), setUp(links[1], 'grace'), setUp(links[0], 'hedy')])
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const logins = await Promise.allSettled(
    ['ada', 'grace', 'hedy'].map((username) => bus.request(auth.login, { username, password })),
  )
  const [login, ...others] = logins.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  expect(others).toEqual([])
  expect(login?.person).toMatchObject({ kind: 'admin', scopes: expect.arrayContaining(['admin']) as string[] })

  const redis = new Redis(corner.redisUrl, { keyPrefix: corner.redisKeyPrefix })
  expect(await redis.exists(`admin_token:${login?.token}`)).toBe(1)
  redis.disconnect()
  await expect(setUp(links[1], 'late')).rejects.toMatchObject({ code: 'unauthorized' })
  expect((await bus.request(auth.verify, { token: login?.token ?? '' })).person).toEqual(login?.person)
  await expect(bus.request(auth.logout, { token: login?.token ?? '' })).resolves.toEqual({ ended: true })
})

test('with an administrator there is no link any more', async () => {
  expect(await start()).toBeUndefined()
})
