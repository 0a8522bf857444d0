import { hkdfSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { Bus } from '@parley/bus'
import { listen, type Logger, type RedisStore, type Secret } from '@parley/service-kit'
import { Gauge, type Registry } from 'prom-client'
import { v7 as newId } from 'uuid'
import type { Config } from './config.ts'
import { createAccessPoint, type AccessPoint } from './domain/mcp/access-point.ts'
import type { ConnectionDirectory } from './domain/mcp/ports.ts'
import type { AgentStore, Clock } from './domain/ports.ts'
import type { ToolSource } from './domain/tools/tool.ts'
import { openPeer } from './providers/mcp/peer.ts'
import { openServerSource } from './providers/mcp/server-source.ts'
import { createSocketTransport } from './providers/mcp/socket-transport.ts'
import { serveMcpEndpoint } from './sockets/mcp-endpoint.ts'
import type { PrismaClient } from './stores/generated/client.ts'
import { createPrismaEpochStore } from './stores/prisma-epoch-store.ts'
import { createRedisConnectionDirectory } from './stores/redis-connection-directory.ts'
import { createCallConnection, createServeConnection } from './subjects/mcp.ts'

export type McpSurroundings = {
  bus: Bus
  agents: AgentStore
  prisma: PrismaClient
  redis: RedisStore
  clock: Clock
  metrics: Registry
  log: Logger
}

export type Mcp = AsyncDisposable & {
  accessPoint: AccessPoint
  /** Configured servers, and those that dialled in. */
  sources: readonly ToolSource[]
  /** Lets tool servers dial in from now on. */
  openEndpoint: () => Promise<AsyncDisposable & { readonly port: number }>
}

/** Opens what tool servers outside are reached by, and where they reach us. */
export function openMcp(config: Config, { bus, agents, prisma, redis, clock, metrics, log }: McpSurroundings): Mcp {
  const directory = createRedisConnectionDirectory(redis)
  const accessPoint = createAccessPoint(
    { agents, epochs: createPrismaEpochStore(prisma), directory, calls: createCallConnection(bus) },
    { url: config.mcpEndpointUrl, keys: keysOf(config) },
  )
  const tools = new Gauge({
    name: 'parley_chat_mcp_server_tools',
    help: 'Tools of a configured server; 0 while it cannot be reached',
    labelNames: ['server'],
    registers: [metrics],
  })
  const servers = openServerSource(config.mcpServers, {
    clock,
    onState: (server, state) => {
      tools.set({ server }, 'tools' in state ? state.tools : 0)
      if ('tools' in state) log.info({ server, tools: state.tools }, 'a tool server is connected')
      else log.warn({ server, error: state.error }, 'a tool server cannot be reached')
    },
  })
  return {
    accessPoint,
    sources: [servers, accessPoint.source],
    openEndpoint: () => openEndpoint(config, { bus, accessPoint, directory, metrics, log }),
    [Symbol.asyncDispose]: () => servers[Symbol.asyncDispose](),
  }
}

type EndpointGiven = Pick<McpSurroundings, 'bus' | 'metrics' | 'log'> & {
  accessPoint: AccessPoint
  directory: ConnectionDirectory
}

async function openEndpoint(config: Config, { bus, accessPoint, directory, metrics, log }: EndpointGiven) {
  const server = createServer((_request, response) => response.writeHead(426, { upgrade: 'websocket' }).end())
  const { admit } = accessPoint
  const endpoint = serveMcpEndpoint(server, {
    admit,
    directory,
    openPeer: (socket, events) => openPeer(createSocketTransport(socket), events),
    serve: createServeConnection(bus),
    newId,
    now: () => new Date(),
    log,
  })
  new Gauge({
    name: 'parley_chat_mcp_connections',
    help: 'Tool servers that have dialled in here',
    registers: [metrics],
    collect() {
      this.set(endpoint.count)
    },
  })
  await using stack = new AsyncDisposableStack()
  const listening = stack.use(await listen(server, config.publicPort))
  stack.use(endpoint)
  const owned = stack.move()
  return { port: listening.port, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** A key of its own, so that a token of one thing is never one of another. */
function keysOf(config: Config): [Uint8Array, ...Uint8Array[]] {
  const toKey = (secret: Secret) => new Uint8Array(hkdfSync('sha256', secret.reveal(), '', 'mcp-endpoint', 32))
  const { internalTokenSecret, internalTokenSecretPrevious: previous } = config
  return [toKey(internalTokenSecret), ...(previous ? [toKey(previous)] : [])]
}
