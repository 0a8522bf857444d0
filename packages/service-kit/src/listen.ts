import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export type Listening = AsyncDisposable & { readonly port: number }

const closeBoundMs = 5_000

/**
 * Listens on a port (0: any free one). Disposing takes no new connections, lets requests under way finish, closes idle
 * connections at once, and after 5 s whatever is still open: WebSockets that their owner did not close, too.
 * @throws Error naming the port when it is taken.
 */
export async function listen(server: Server, port: number, host = '0.0.0.0'): Promise<Listening> {
  const sockets = new Set<Socket>()
  let closing = false
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  // A kept-alive connection whose last request ends during the close is idle only then.
  server.prependListener('request', (_request, response) => {
    response.once('close', () => closing && server.closeIdleConnections())
  })
  server.listen(port, host)
  await once(server, 'listening').catch((cause: unknown) => {
    throw new Error(`Port ${port} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  })
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      closing = true
      const bound = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, closeBoundMs)
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      // Node does not count a connection as idle before its first request; browsers and balancers open them ahead.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
      await closed
      clearTimeout(bound)
    },
  }
}
