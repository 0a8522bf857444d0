import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { createLamp, createLampServer, type Lamp } from './lamp.ts'

/** A tool server on loopback: `/mcp` is streamable HTTP with sessions, `/sse` the older transport. */
export type McpFake = AsyncDisposable & {
  readonly url: string
  readonly lamp: Lamp
  /** Of every request, in their order. */
  readonly authorizations: (string | undefined)[]
  /** Forgets all sessions, as a server that was restarted: their next requests get 404. */
  forget: () => void
  /** Another tool comes, which all who are connected are told. */
  addTool: (name: string) => void
}

/** Starts the server. With `bearer` it wants this token. */
export async function startMcpFake({ bearer }: { bearer?: string } = {}): Promise<McpFake> {
  const lamp = createLamp()
  const sessions = new Map<string, StreamableHTTPServerTransport>()
  const streams = new Map<string, SSEServerTransport>()
  const servers: McpServer[] = []
  const authorizations: (string | undefined)[] = []

  function open(): McpServer {
    const server = createLampServer(lamp)
    servers.push(server)
    return server
  }

  async function streamable(request: IncomingMessage, response: ServerResponse) {
    const body = request.method === 'POST' ? await json(request) : undefined
    const id = request.headers['mcp-session-id']
    if (typeof id === 'string') {
      const known = sessions.get(id)
      if (known) return known.handleRequest(request, response, body)
      return void response.writeHead(404).end('no such session')
    }
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (session) => void sessions.set(session, transport),
    })
    await open().connect(transport)
    await transport.handleRequest(request, response, body)
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake')
    authorizations.push(request.headers.authorization)
    if (bearer !== undefined && request.headers.authorization !== `Bearer ${bearer}`)
      return void response.writeHead(401).end()
    if (pathname === '/mcp') return streamable(request, response)
    if (pathname === '/sse') {
      const transport = new SSEServerTransport('/messages', response)
      streams.set(transport.sessionId, transport)
      return open().connect(transport)
    }
    const stream = pathname === '/messages' ? streams.get(searchParams.get('sessionId') ?? '') : undefined
    if (stream) return stream.handlePostMessage(request, response)
    response.writeHead(404).end()
  }

  const http = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    lamp,
    authorizations,
    forget: () => sessions.clear(),
    addTool: (name) => {
      for (const server of servers)
        server.registerTool(name, { description: 'New' }, () => ({ content: [{ type: 'text', text: 'new' }] }))
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(http, 'close')
      http.close()
      http.closeAllConnections()
      await closed
    },
  }
}
