import type { Bus } from '@parley/bus'
import { auth, type Challenge, type Login, type Problem } from '@parley/contracts'
import { createLogger } from '@parley/service-kit'
import { callAs, openCornerBus } from '@parley/test-caller'
import { cornerEnvironment, openCorner, type Corner } from '@parley/testkit'
import { Redis } from 'ioredis'
import pg from 'pg'
import { createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'

export const password = 'correct horse battery'
/** From where the tests come, unless they say otherwise. */
export const client = { address: '198.51.100.7' }

export type AuthFixture = AsyncDisposable & {
  readonly corner: Corner
  readonly bus: Bus
  readonly redis: Redis
  readonly database: pg.Client
  readonly lines: string[]
  readonly internalPort: number
  /** Lets time pass for the service. */
  pass: (seconds: number) => void
  readonly now: () => Date
  register: (username: string, more?: { email?: string; phone?: string }) => Promise<string>
  login: (username: string, word?: string) => Promise<Login>
  /** What is written in the log instead of being sent, the newest last. */
  told: (shape: RegExp) => string[]
  /** Calls on behalf of a login. */
  as: <T>(login: Login, work: () => Promise<T>) => Promise<T>
  metrics: () => Promise<string>
}

/** auth with a clock of its own, on infrastructure of its own. */
export async function openAuth(environment: Record<string, string> = {}): Promise<AuthFixture> {
  await using stack = new AsyncDisposableStack()
  const corner = stack.use(await openCorner())
  const lines: string[] = []
  let offsetMs = 0
  const now = () => new Date(Date.now() + offsetMs)
  const log = createLogger({ service: 'auth', level: 'debug', destination: { write: (line) => lines.push(line) } })
  const config = readConfig({
    ...cornerEnvironment(corner),
    PASSWORD_MEMORY_KIB: '1024',
    PASSWORD_PASSES: '1',
    PUBLIC_URL: 'https://parley.example.com',
    SMS_PROVIDER: 'console',
    MAIL_PROVIDER: 'console',
    ...environment,
  })
  const app = stack.use(await createApp(config, { log }, { now }))
  const bus = stack.use(await openCornerBus(corner))
  const redis = new Redis(corner.redisUrl, { keyPrefix: corner.redisKeyPrefix })
  stack.defer(() => redis.disconnect())
  const database = new pg.Client({ connectionString: corner.databaseUrl, options: '-c search_path=auth' })
  await database.connect()
  stack.defer(() => database.end())
  const owned = stack.move()
  return {
    corner,
    bus,
    redis,
    database,
    lines,
    internalPort: app.internalPort,
    now,
    pass: (seconds) => {
      offsetMs += seconds * 1_000
    },
    register: async (username, more = {}) =>
      (await bus.request(auth.register, { username, password, client, ...more })).userId,
    login: (username, word = password) => bus.request(auth.login, { username, password: word, client }),
    told: (shape) => lines.flatMap((line) => shape.exec(line)?.[1] ?? []),
    as: (login, work) => callAs(login.person, work),
    metrics: async () => (await fetch(`http://127.0.0.1:${app.internalPort}/metrics`)).text(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

export const codeShape = /The code is (\d{6})/
export const verifyShape = /\/verify-email#([\w-]+)/
export const resetShape = /\/reset#([\w-]+)/

/** What something is refused with. */
export async function refusal(work: Promise<unknown>): Promise<Problem> {
  return work.then(
    () => {
      throw new Error('It was not refused')
    },
    (error: unknown) => error as Problem,
  )
}

/** The challenge with which a login is answered. */
export async function challengeOf(login: Promise<unknown>): Promise<Challenge> {
  const { code, challenge } = await refusal(login)
  if (code !== 'second-factor-required' || !challenge) throw new Error(`There is no challenge but ${code}`)
  return challenge
}
