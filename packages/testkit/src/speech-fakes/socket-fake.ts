import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { WebSocketServer, type WebSocket } from 'ws'

/** A request, or an upgrade, as it came. */
export type SocketRequest = {
  method: string
  path: string
  /** Still encoded. */
  query: string
  headers: IncomingMessage['headers']
  body: Buffer
}

export type SocketFake = AsyncDisposable & {
  readonly httpUrl: string
  readonly socketUrl: string
  /** Connections that were opened so far. */
  readonly opened: number
  /** Cuts every connection that stands, as a network does. */
  cutAll: () => void
}

type Given = {
  /** Whether somebody may connect: an HTTP status that refuses, or who talks with them. */
  onUpgrade?: (request: SocketRequest) => { status: number } | ((client: WebSocket) => void)
  onRequest?: (request: SocketRequest, response: ServerResponse) => Promise<void> | void
}

/** A vendor on loopback with WebSockets and HTTP on one port. */
export async function startSocketFake({ onUpgrade, onRequest }: Given): Promise<SocketFake> {
  const connections = new Set<Socket>()
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  let opened = 0
  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()))

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const body = await buffer(request)
    if (!onRequest) return void response.writeHead(404).end()
    await onRequest({ ...toRequest(request), body }, response)
  }
  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
    const answer = onUpgrade?.({ ...toRequest(request), body: Buffer.alloc(0) }) ?? { status: 404 }
    if (typeof answer === 'object') {
      return void socket.end(`HTTP/1.1 ${answer.status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      opened++
      client.on('error', () => undefined)
      answer(client)
    })
  }

  server.on('upgrade', upgrade)
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const cutAll = () => connections.forEach((socket) => socket.destroy())
  return {
    httpUrl: `http://127.0.0.1:${port}`,
    socketUrl: `ws://127.0.0.1:${port}`,
    get opened() {
      return opened
    },
    cutAll,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      cutAll()
      await closed
    },
  }
}

function toRequest({ url = '/', method = '', headers }: IncomingMessage): Omit<SocketRequest, 'body'> {
  const [path = '/', query = ''] = url.split('?', 2)
  return { method, path, query, headers }
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
