import type { Bus } from '@parley/bus'
import { auth, type Client, type Login, type TokenKind } from '@parley/contracts'
import { createLogger, type App } from '@parley/service-kit'
import { openCornerBus } from '@parley/test-caller'
import { cornerEnvironment, openCorner, type Corner } from '@parley/testkit'
import { Redis } from 'ioredis'
import pg from 'pg'
import { createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'

export const password = 'correct horse battery'

export type AuthFixture = AsyncDisposable & {
  readonly corner: Corner
  readonly bus: Bus
  readonly redis: Redis
  readonly database: pg.Client
  readonly lines: string[]
  /** What was published about ended sessions. */
  readonly ended: { sessionId: string; userId: string }[]
  /** Lets this much time pass for the instances of this fixture. */
  pass: (seconds: number) => void
  /** Another instance. */
  start: (environment?: Record<string, string>) => Promise<App>
  register: (username: string) => Promise<string>
  logIn: (username: string, wish?: { tokenKind?: TokenKind; client?: Client }) => Promise<Login>
  /** Makes an administrator of a user who is registered already. */
  promote: (userId: string) => Promise<void>
}

/** auth on infrastructure of its own, two instances of it, with a clock that tests turn. */
export async function openAuth(environment: Record<string, string> = {}): Promise<AuthFixture> {
  await using stack = new AsyncDisposableStack()
  const corner = stack.use(await openCorner())
  const lines: string[] = []
  const log = createLogger({ service: 'auth', level: 'debug', destination: { write: (line) => lines.push(line) } })
  let aheadMs = 0
  const now = () => new Date(Date.now() + aheadMs)
  const variables = { ...cornerEnvironment(corner), PASSWORD_MEMORY_KIB: '1024', PASSWORD_PASSES: '1', ...environment }
  const start = (own: Record<string, string> = {}) => createApp(readConfig({ ...variables, ...own }), { log }, { now })
  stack.use(await start())
  stack.use(await start())
  const bus = stack.use(await openCornerBus(corner))
  const ended: AuthFixture['ended'] = []
  bus.on(auth.sessionRevoked, (event) => void ended.push(event))
  await bus.flush()
  const redis = stack.adopt(new Redis(corner.redisUrl, { keyPrefix: corner.redisKeyPrefix }), (open) =>
    open.disconnect(),
  )
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
    ended,
    pass: (seconds) => void (aheadMs += seconds * 1_000),
    start: async (own) => owned.use(await start(own)),
    register: async (username) => (await bus.request(auth.register, { username, password })).userId,
    logIn: (username, wish = {}) => bus.request(auth.login, { username, password, ...wish }),
    promote: async (userId) => void (await database.query(`UPDATE users SET kind = 'admin' WHERE id = $1`, [userId])),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
