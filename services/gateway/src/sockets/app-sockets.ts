import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Bus } from '@parley/bus'
import { Problem, toProblem, type Person } from '@parley/contracts'
import { keepAlive, refuseUpgrade, type Logger } from '@parley/service-kit'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Bearers } from '../bearers.ts'
import { readBearer } from '../http/wire-routes.ts'
import type { Revocations } from '../revocations.ts'
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
  revocations: Pick<Revocations, 'has' | 'on'>
  log: Logger
  maxConnections: number
  /** Whether a page from this origin may connect. */
  mayConnect: (origin: string, host: string | undefined) => boolean
}

/** Closing turns new apps away and asks those that are here to connect again; disposing cuts what is left. */
export type AppSockets = { close: () => void; readonly size: number } & Disposable

/** `/ws/app`: what happens to a user's devices and conversations, told to their apps as it happens. */
export function serveAppSockets(settings: AppSocketsSettings): AppSockets {
  const { server, bus, bearers, revocations, log, maxConnections, mayConnect } = settings
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: mostMessageBytes })
  const groups = createAppGroups(bus)
  const connections = new Set<AppConnection>()
  let closing = false

  function admit(person: Person, connection: AppConnection): (() => void) | undefined {
    const same = [...connections].filter((other) => other !== connection && other.person?.userId === person.userId)
    return same.length < mostOfOneUser ? groups.join(person.userId, connection.tell) : undefined
  }

  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
    socket.on('error', () => socket.destroy())
    try {
      check(request)
      sockets.handleUpgrade(request, socket, head, (client) => onConnected(client, readBearer(request)))
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

  function onConnected(client: WebSocket, token: string | undefined) {
    keepAlive(client, pingEveryMs)
    client.on('error', (error) => log.info({ error }, 'an app’s connection failed'))
    const connection = openAppConnection(client, token, { bearers, admit })
    connections.add(connection)
    client.once('close', () => connections.delete(connection))
  }

  revocations.on((sessionId) => {
    for (const connection of connections)
      if (connection.person?.sessionId === sessionId) connection.close('unauthorized')
  })
  server.on('upgrade', onUpgrade)

  return {
    get size() {
      return connections.size
    },
    close: () => {
      closing = true
      for (const connection of connections) connection.close('restart')
    },
    [Symbol.dispose]: () => {
      server.off('upgrade', onUpgrade)
      for (const client of sockets.clients) client.terminate()
    },
  }
}
