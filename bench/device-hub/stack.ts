import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startNats, startPostgres, startRedis } from '@parley/local-infrastructure'
import { objectsIn } from '../measure/objects.ts'
import { startProcess, untilReady, type Running } from '../measure/processes.ts'

export const secret = 'a secret of this run that nobody keeps'

export type HubProcess = Running & { url: string }

/** NATS, Redis and PostgreSQL, and as many hubs before them as a measurement needs. */
export type HubStack = AsyncDisposable & {
  natsUrl: string
  dir: string
  /** Starts a hub by a program that wraps its `main.ts`. */
  startHub: (entry: string, environment?: Record<string, string>) => Promise<HubProcess>
}

export async function startHubStack(): Promise<HubStack> {
  await using stack = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  const [nats, redis, postgres] = await Promise.all([
    startNats({ dir: join(dir, 'nats') }),
    startRedis({ dir: join(dir, 'redis') }),
    startPostgres({ dir: join(dir, 'postgres') }),
  ])
  for (const server of [nats, redis, postgres]) stack.use(server)
  const owned = stack.move()
  let hubs = 0

  return {
    natsUrl: nats.url,
    dir,
    startHub: async (entry, environment = {}) => {
      const [publicPort, internalPort] = [await freePort(), await freePort()]
      const env = {
        NATS_URL: nats.url,
        REDIS_URL: redis.url,
        DATABASE_URL: postgres.url,
        INTERNAL_TOKEN_SECRET: secret,
        DEVICE_TOKEN_SECRET: secret,
        LOG_LEVEL: 'error',
        ...objectsIn(dir),
        DEVICE_HUB_PORT: String(publicPort),
        INTERNAL_PORT: String(internalPort),
        ...environment,
      }
      const hub = owned.use(await startProcess({ entry, env, log: join(dir, `hub-${++hubs}.log`) }))
      await untilReady(hub, internalPort)
      return Object.assign(hub, { url: `ws://127.0.0.1:${publicPort}/xiaozhi/v1/` })
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
