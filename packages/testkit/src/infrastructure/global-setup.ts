import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startNats, startPostgres, startRedis } from '@parley/local-infrastructure'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    infrastructure: { natsUrl: string; redisUrl: string; databaseUrl: string }
  }
}

/** One NATS, Redis and PostgreSQL for a whole test run, on free loopback ports; each test file takes its own corner. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-test-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  const [nats, redis, postgres] = await Promise.all([
    startNats({ dir: join(dir, 'nats') }),
    startRedis({ dir: join(dir, 'redis') }),
    startPostgres({ dir: join(dir, 'postgres'), fsync: false }),
  ])
  for (const server of [nats, redis, postgres]) stack.use(server)
  project.provide('infrastructure', { natsUrl: nats.url, redisUrl: redis.url, databaseUrl: postgres.url })
  const owned = stack.move()
  return () => owned.disposeAsync()
}
