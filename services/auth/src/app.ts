import { randomBytes } from 'node:crypto'
import { openBus, openDatabase, openedApp, openHealth, openRedis, type App, type Given } from '@parley/service-kit'
import { v7 as newId } from 'uuid'
import type { Config } from './config.ts'
import { createAccounts } from './domain/accounts.ts'
import { createAudit } from './domain/audit.ts'
import { createSetup, linkLifeS } from './domain/setup.ts'
import { createArgon2Hasher } from './providers/argon2/argon2-hasher.ts'
import { PrismaClient } from './stores/generated/client.ts'
import { createPrismaAuditStore } from './stores/prisma-audit-store.ts'
import { createPrismaUserStore } from './stores/prisma-user-store.ts'
import { createRedisSessionStore } from './stores/redis-session-store.ts'
import { createRedisSetupTokenStore } from './stores/redis-setup-token-store.ts'
import { serveAudit } from './subjects/audit.ts'
import { serveAuth } from './subjects/auth.ts'
import { tables } from './tables.ts'

/** Opens auth: its stores first, so that they close after the last answer. */
export async function createApp(config: Config, { log }: Given): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const health = stack.use(await openHealth({ port: config.internalPort }))
  const database = stack.use(await openDatabase(config, tables, { log, health }))
  const prisma = stack.adopt(new PrismaClient({ adapter: database.adapter }), (client) => client.$disconnect())
  // Prisma loads its query compiler with the first query: not while somebody waits.
  await prisma.$queryRaw`SELECT 1`
  const { redis } = stack.use(await openRedis(config, { log, health }))
  const bus = stack.use(await openBus(config, { name: 'auth', log, health }))

  const ports = {
    users: createPrismaUserStore(prisma),
    passwords: createArgon2Hasher({ memoryKib: config.passwordMemoryKib, passes: config.passwordPasses }),
    random: { newId, newToken: () => randomBytes(32).toString('base64url') },
    now: () => new Date(),
  }
  const accounts = await createAccounts({ ...ports, sessions: createRedisSessionStore(redis) }, config)
  const setup = createSetup({ ...ports, tokens: createRedisSetupTokenStore(redis) }, config)
  serveAuth(bus, accounts, setup)
  serveAudit(bus, createAudit({ store: createPrismaAuditStore(prisma), now: () => new Date() }))
  await bus.flush()
  const link = await setup.openLink()
  if (link) log.warn(`There is no administrator yet. Within ${linkLifeS / 3_600} hours, open ${link}`)
  return openedApp(stack, health)
}
