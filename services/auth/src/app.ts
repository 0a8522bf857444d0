import { randomBytes, randomInt } from 'node:crypto'
import { currentContext } from '@parley/bus'
import { openBus, openDatabase, openedApp, openHealth, openRedis, type App, type Given } from '@parley/service-kit'
import { v7 as newId } from 'uuid'
import { createBackground } from './background.ts'
import type { Config } from './config.ts'
import { createAudit, type Audit } from './domain/audit.ts'
import type { Note } from './domain/ports.ts'
import { createBeginSession } from './domain/sessions.ts'
import { createSetup, linkLifeS } from './domain/setup.ts'
import { createArgon2Hasher } from './providers/argon2/argon2-hasher.ts'
import { PrismaClient } from './stores/generated/client.ts'
import { createPrismaAuditStore } from './stores/prisma-audit-store.ts'
import { createPrismaUserStore } from './stores/prisma-user-store.ts'
import { createRedisSessionStore } from './stores/redis-session-store.ts'
import { createRedisSetupTokenStore } from './stores/redis-setup-token-store.ts'
import { serveAudit } from './subjects/audit.ts'
import { serveAuth } from './subjects/auth.ts'
import { serveWaysIn } from './subjects/ways-in.ts'
import { tables } from './tables.ts'
import { openWaysIn } from './ways-in.ts'

const random = {
  newId,
  newToken: () => randomBytes(32).toString('base64url'),
  newCode: () => String(randomInt(1_000_000)).padStart(6, '0'),
  bytes: randomBytes,
}

/** Opens auth: its stores first, so that they close after the last answer. */
export async function createApp(config: Config, { log }: Given, { now = () => new Date() } = {}): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const health = stack.use(await openHealth({ port: config.internalPort }))
  const database = stack.use(await openDatabase(config, tables, { log, health }))
  const prisma = stack.adopt(new PrismaClient({ adapter: database.adapter }), (client) => client.$disconnect())
  // Prisma loads its query compiler with the first query: not while somebody waits.
  await prisma.$queryRaw`SELECT 1`
  const { redis } = stack.use(await openRedis(config, { log, health }))
  const bus = stack.use(await openBus(config, { name: 'auth', log, health }))

  const users = createPrismaUserStore(prisma)
  const hasher = createArgon2Hasher({ memoryKib: config.passwordMemoryKib, passes: config.passwordPasses })
  const sessions = createRedisSessionStore(redis)
  const audit = createAudit({ store: createPrismaAuditStore(prisma), now })
  const note = createNote(audit)
  const waysIn = stack.use(
    await openWaysIn(config, {
      prisma,
      redis,
      users,
      sessions,
      hasher,
      random,
      now,
      log,
      note,
      metrics: health.metrics,
      later: stack.use(createBackground(log)).later,
      begin: createBeginSession({ users, sessions, random, now }, config),
      endSessions: () => Promise.resolve(),
    }),
  )
  const tokens = createRedisSetupTokenStore(redis)
  const setup = createSetup({ users, random, now, tokens, passwords: waysIn.passwords }, config)
  serveAuth(bus, waysIn.accounts, setup, note)
  serveWaysIn(bus, waysIn, note)
  serveAudit(bus, audit)
  await bus.flush()
  const link = await setup.openLink()
  if (link) log.warn(`There is no administrator yet. Within ${linkLifeS / 3_600} hours, open ${link}`)
  return openedApp(stack, health)
}

/** Writes down what this service itself sees happen, as done by whoever the work under way is for. */
function createNote(audit: Audit): Note {
  return async ({ action, userId, outcome = 'done', address }) => {
    const { identity, requestId } = currentContext() ?? {}
    const target = userId === undefined ? {} : { target: { kind: 'user', id: userId } }
    await audit.note({ action, outcome, ...target, ...(address !== undefined && { address }) }, { identity, requestId })
  }
}
