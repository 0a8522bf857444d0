import { randomBytes } from 'node:crypto'
import { openBus, openDatabase, openedApp, openHealth, openRedis, type App, type Given } from '@parley/service-kit'
import { v7 as newId } from 'uuid'
import type { Config } from './config.ts'
import { createAccounts } from './domain/accounts.ts'
import { createArgon2Hasher } from './providers/argon2/argon2-hasher.ts'
import { PrismaClient } from './stores/generated/client.ts'
import { createPrismaUserStore } from './stores/prisma-user-store.ts'
import { createRedisSessionStore } from './stores/redis-session-store.ts'
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

  const accounts = await createAccounts(
    {
      users: createPrismaUserStore(prisma),
      sessions: createRedisSessionStore(redis),
      passwords: createArgon2Hasher({ memoryKib: config.passwordMemoryKib, passes: config.passwordPasses }),
      random: { newId, newToken: () => randomBytes(32).toString('base64url') },
      now: () => new Date(),
    },
    config,
  )
  serveAuth(bus, accounts)
  await bus.flush()
  return openedApp(stack, health)
}
