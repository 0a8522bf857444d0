import { join } from 'node:path'
import { allPermissions } from '@parley/nats'
import type { Program } from './install/binaries.ts'
import { startContainers } from './servers/containers.ts'
import type { Server } from './servers/launch.ts'
import { natsUrlOf, startNats } from './servers/nats.ts'
import { freePort } from './servers/port.ts'
import { startPostgres } from './servers/postgres.ts'
import { startRedis } from './servers/redis.ts'
import { cloneId, type LocalPaths } from './state/paths.ts'
import type { Claim } from './state/running.ts'
import type { Secrets } from './state/secrets.ts'
import { supervise } from './supervise.ts'
import { say, texts } from './terminal.ts'

/** A server that the services need, from its variable in their environment to the ways of having it here. */
export type Needed = {
  name: string
  variable: 'NATS_URL' | 'REDIS_URL' | 'DATABASE_URL'
  program: Program
  preferredPort: number
  stopSignal: NodeJS.Signals
  start: (paths: LocalPaths, port: number) => Promise<Server>
  container: string
  containerUrl: (password: string, port: number) => string
}

const servers: readonly Needed[] = [
  {
    name: 'NATS',
    variable: 'NATS_URL',
    program: 'nats-server',
    preferredPort: 14_222,
    stopSignal: 'SIGTERM',
    start: ({ nats, logs }, port) =>
      startNats({ dir: nats, port, jetstream: true, users: allPermissions(), log: join(logs, 'nats.log') }),
    container: 'nats',
    containerUrl: (password, port) => `nats://parley:${password}@127.0.0.1:${port}`,
  },
  {
    name: 'Redis',
    variable: 'REDIS_URL',
    program: 'redis-server',
    preferredPort: 16_379,
    stopSignal: 'SIGTERM',
    start: ({ redis, logs }, port) => startRedis({ dir: redis, port, persist: true, log: join(logs, 'redis.log') }),
    container: 'redis',
    containerUrl: (password, port) => `redis://:${password}@127.0.0.1:${port}`,
  },
  {
    name: 'PostgreSQL',
    variable: 'DATABASE_URL',
    program: 'postgresql',
    preferredPort: 15_432,
    stopSignal: 'SIGINT',
    start: ({ postgres, logs }, port) => startPostgres({ dir: postgres, port, log: join(logs, 'postgres.log') }),
    container: 'postgres',
    containerUrl: (password, port) => `postgresql://parley:${password}@127.0.0.1:${port}/parley`,
  },
]

/** The servers that are not given by the environment. */
export const neededServers = (environment: NodeJS.ProcessEnv): Needed[] =>
  servers.filter(({ variable }) => !environment[variable])

/** Servers that run, and how the services find them. */
export type Infrastructure = AsyncDisposable & {
  urls: Record<string, string>
  /** What one service finds otherwise. */
  urlsOf: (service: string) => Record<string, string>
}

/** Starts the servers as processes of this one; each that ends is started again, on the same port with the same data. */
export async function runServers(needed: readonly Needed[], paths: LocalPaths, claim: Claim): Promise<Infrastructure> {
  await using started = new AsyncDisposableStack()
  const entries = await Promise.allSettled(
    needed.map(async ({ name, variable, preferredPort, stopSignal, start }) => {
      const port = await freePort(preferredPort)
      let url = ''
      const supervised = await supervise({
        start: async () => {
          const server = await start(paths, port)
          url = server.url
          return server
        },
        onStart: ({ pid }) => claim.addChild({ name, pid, stopSignal }),
        onEnd: (reason, delayMs) => say(texts.ended(name, reason, delayMs)),
      })
      started.defer(() => supervised.stop())
      return [variable, url] as const
    }),
  )
  const urls = Object.fromEntries(entries.map(valueOf))
  const all = started.move()
  const { NATS_URL: nats } = urls
  return {
    urls,
    urlsOf: (service): Record<string, string> =>
      nats && service in allPermissions() ? { NATS_URL: natsUrlOf(nats, service) } : {},
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** Starts the servers in containers. */
export async function runContainers(
  needed: readonly Needed[],
  paths: LocalPaths,
  secrets: Secrets,
  fresh: boolean,
): Promise<Infrastructure> {
  const password = secrets.PARLEY_PASSWORD
  const ports = await Promise.all(needed.map(async (server) => [server, await freePort(server.preferredPort)] as const))
  const portVariables = ports.map(
    ([{ container }, port]) => [`PARLEY_${container.toUpperCase()}_PORT`, String(port)] as const,
  )
  const containers = {
    project: `parley-${cloneId(paths.clone)}`,
    environment: { PARLEY_PASSWORD: password, ...Object.fromEntries(portVariables) },
  }
  const running = await startContainers(
    needed.map(({ container }) => container),
    containers,
    fresh,
  )
  const urls = Object.fromEntries(
    ports.map(([{ variable, containerUrl }, port]) => [variable, containerUrl(password, port)]),
  )
  return { urls, urlsOf: () => ({}), [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() }
}

function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason
  return result.value
}
