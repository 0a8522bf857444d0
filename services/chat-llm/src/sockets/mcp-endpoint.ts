import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { Problem, toProblem } from '@parley/contracts'
import { keepAlive, refuseUpgrade, type Logger } from '@parley/service-kit'
import { WebSocketServer, type WebSocket } from 'ws'
import type { AccessPoint } from '../domain/mcp/access-point.ts'
import type { Connected, ConnectionDirectory, Peer, PeerEvents } from '../domain/mcp/ports.ts'
import type { ServeConnection } from '../subjects/mcp.ts'

export type McpEndpointPorts = {
  admit: AccessPoint['admit']
  directory: ConnectionDirectory
  /** Shakes hands with the tool server behind a socket. @throws when it is none */
  openPeer: (socket: WebSocket, events: PeerEvents) => Promise<Peer>
  /** Lets other instances reach a connection that is here. */
  serve: ServeConnection
  newId: () => string
  now: () => Date
  log: Logger
}

export type McpEndpoint = AsyncDisposable & { readonly count: number }

const path = /^\/mcp_endpoint\/mcp\/?$/
const pingMs = 30_000
const mostConnections = 1_000
const mostOfOneAgent = 8
const mostMessageBytes = 512 * 1024
const closing = { replaced: 1000, shutdown: 1012, dismissed: 1008, failed: 1002 } as const

/**
 * Takes tool servers that dial in at `/mcp_endpoint/mcp/?token=` (they are MCP servers, we are their client), several for one
 * agent. Disposing sends them away; they come back to another instance.
 */
export function serveMcpEndpoint(server: Server, ports: McpEndpointPorts): McpEndpoint {
  const { admit, directory, openPeer, serve, newId, now, log } = ports
  const sockets = new WebSocketServer({ noServer: true, maxPayload: mostMessageBytes, perMessageDeflate: false })
  const open = new Map<string, { agentId: string; socket: WebSocket; gone: Promise<void> }>()

  async function accept(request: IncomingMessage, socket: Duplex, head: Buffer) {
    const url = new URL(request.url ?? '/', 'http://tools')
    if (!path.test(url.pathname)) throw new Problem('not-found', 'Tool servers dial in at /mcp_endpoint/mcp/?token=')
    if (open.size >= mostConnections)
      throw new Problem('overloaded', 'Too many tool servers are here', { retryAfterS: 30 })
    const { agentId } = await admit(url.searchParams.get('token') ?? '')
    const here = [...open.values()].filter((one) => one.agentId === agentId).length
    if (here >= mostOfOneAgent)
      throw new Problem('conflict', `This agent has ${mostOfOneAgent} tool servers already; that is the most`)
    sockets.handleUpgrade(request, socket, head, (client) => void hold(client, agentId))
  }

  async function hold(socket: WebSocket, agentId: string) {
    const connectionId = newId()
    const gone = Promise.withResolvers<void>()
    open.set(connectionId, { agentId, socket, gone: gone.promise })
    socket.once('close', () => gone.resolve())
    keepAlive(socket, pingMs)
    const stack = new AsyncDisposableStack()
    const connectedAt = now()
    let peer: Peer | undefined
    const noteAgain = async () => {
      if (peer) await note(agentId, toConnected(connectionId, connectedAt, peer))
    }
    try {
      peer = await openPeer(socket, {
        onTools: () => void noteAgain(),
        onError: (error) => log.debug({ error, connectionId }, 'a tool server said something that was not understood'),
      })
      stack.use(serve(connectionId, { call: peer.call, dismiss: () => socket.close(closing.dismissed, 'dismissed') }))
      stack.defer(() => directory.forget(agentId, connectionId).catch(() => undefined))
      await noteAgain()
      const timer = setInterval(() => void noteAgain(), directory.lifeMs / 3)
      stack.defer(() => clearInterval(timer))
      log.info({ agentId, connectionId, server: peer.about, tools: peer.tools.length }, 'a tool server is here')
      await gone.promise
      log.info({ agentId, connectionId }, 'a tool server is gone')
    } catch (error) {
      log.info({ agentId, connectionId, error }, 'a tool server could not be used')
      socket.close(closing.failed, 'this is no MCP server')
    } finally {
      await stack.disposeAsync()
      open.delete(connectionId)
    }
  }

  async function note(agentId: string, connected: Connected) {
    try {
      await directory.note(agentId, connected)
    } catch (error) {
      log.warn({ error, agentId }, 'a tool server is not noted')
    }
  }

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    accept(request, socket, head).catch((error: unknown) => {
      refuseUpgrade(socket, toProblem(error))
      log.info({ error }, 'a tool server was refused')
    })
  }
  server.on('upgrade', onUpgrade)

  return {
    get count() {
      return open.size
    },
    [Symbol.asyncDispose]: async () => {
      server.off('upgrade', onUpgrade)
      const all = [...open.values()]
      for (const { socket } of all) {
        socket.close(closing.shutdown, 'come back in a moment')
        setTimeout(() => socket.terminate(), 500).unref()
      }
      await Promise.all(all.map(({ gone }) => gone))
    },
  }
}

function toConnected(connectionId: string, connectedAt: Date, { about, tools }: Peer): Connected {
  return {
    connectionId,
    about,
    connectedAt,
    tools: tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
  }
}
