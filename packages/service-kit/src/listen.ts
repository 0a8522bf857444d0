import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Listening = AsyncDisposable & { readonly port: number }

const closeBoundMs = 5_000

/**
 * Listens on a port (0: any free one). Disposing takes no new connections, lets requests under way finish (5 s at
 * most), and closes idle connections at once.
 * @throws Error naming the port when it is taken.
 */
export async function listen(server: Server, port: number, host = '0.0.0.0'): Promise<Listening> {
  server.listen(port, host)
  await once(server, 'listening').catch((cause: unknown) => {
    throw new Error(`Port ${port} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  })
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      const bound = setTimeout(() => server.closeAllConnections(), closeBoundMs)
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      await closed
      clearTimeout(bound)
    },
  }
}
