import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Bus } from '@parley/bus'
import { app, Problem, toProblem } from '@parley/contracts'
import { keepAlive, refuseUpgrade, type Logger } from '@parley/service-kit'
import { v7 as newId } from 'uuid'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Bearers } from '../bearers.ts'
import type { RateLimits } from '../http/rate-limits.ts'
import { readBearer } from '../http/wire-routes.ts'
import type { Revocations } from '../revocations.ts'
import { createAppCommands } from './app-commands.ts'
import { openAppConnection, type AppConnection } from './app-connection.ts'
import { createAppGroups } from './app-groups.ts'

const path = /^\/ws\/app\/?$/
const mostMessageBytes = 16 * 1024
const pingEveryMs = 25_000
/** Apps of one user that one instance serves. */
const mostOfOneUser = 50

export type AppSocketsSettings = {
  server: Server
  bus: Bus
  bearers: Bearers
  revocations: Pick<Revocations, 'on'>
  limits: RateLimits
  /** The client's address, behind proxies that are trusted. */
  addressOf: (request: IncomingMessage) => string
  log: Logger
  maxConnections: number
  /** Whether a page from this origin may connect. */
  mayConnect: (origin: string, host: string | undefined) => boolean
}

/** Closing turns new apps away and asks those that are here to connect again; disposing cuts what is left. */
export type AppSockets = { close: () => void } & AsyncDisposable

/** `/ws/app`: what happens to a user's devices and conversations, told to their apps as it happens. */
export function serveAppSockets(settings: AppSocketsSettings): AppSockets {
  const { server, bus, bearers, revocations, limits, addressOf, log, maxConnections, mayConnect } = settings
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: mostMessageBytes })
  const groups = createAppGroups(bus, mostOfOneUser)
  const connections = new Set<AppConnection>()
  let closing = false

  async function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
    socket.on('error', () => socket.destroy())
    const address = addressOf(request)
    try {
      check(request)
      await limits.checkRefusals(address)
      sockets.handleUpgrade(request, socket, head, (client) => onConnected(client, request, address))
    } catch (error) {
      refuseUpgrade(socket, toProblem(error))
    }
  }

  function check({ url, headers }: IncomingMessage) {
    if (!path.test((url ?? '').split('?')[0] ?? '')) throw new Problem('not-found', 'Apps connect at /ws/app')
    if (headers.origin !== undefined && !mayConnect(headers.origin, headers.host))
      throw new Problem('forbidden', 'Pages from this origin may not connect')
    if (closing) throw new Problem('unavailable', 'This instance is going away; connect again')
    if (sockets.clients.size >= maxConnections) throw new Problem('overloaded', 'Too many apps are connected')
  }

  function onConnected(client: WebSocket, request: IncomingMessage, address: string) {
    const after = new URL(request.url ?? '', 'ws://app').searchParams.get('after')?.slice(0, 64)
    const token = readBearer(request)
    keepAlive(client, pingEveryMs)
    client.on('error', (error) => log.info({ error }, 'an app’s connection failed'))
    const connection = openAppConnection(
      client,
      { token, after },
      {
        bearers,
        command: createAppCommands({ bus, limits, address }),
        id: newId(),
        tell: (userId, update) => bus.publish(app.update, update, { tokens: { userId } }),
        admit: ({ userId }, member, after) => groups.join(userId, member, after),
        onRefused: () => void limits.countRefusal(address).catch((error: unknown) => log.warn({ error }, 'limits')),
      },
    )
    connections.add(connection)
    client.once('close', () => connections.delete(connection))
  }

  revocations.on((sessionId) => {
    for (const connection of connections)
      if (connection.person?.sessionId === sessionId) connection.close('unauthorized')
  })
  const onUpgradeEvent = (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    void onUpgrade(request, socket, head)
  server.on('upgrade', onUpgradeEvent)

  return {
    close: () => {
      closing = true
      for (const connection of connections) connection.close('restart')
    },
    [Symbol.asyncDispose]: async () => {
      server.off('upgrade', onUpgradeEvent)
      for (const client of sockets.clients) client.terminate()
      await groups[Symbol.asyncDispose]()
    },
  }
}
