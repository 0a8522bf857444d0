import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { Problem, toProblem } from '@parley/contracts'
import { refuseUpgrade, type Logger } from '@parley/service-kit'

export type Upgrade = { request: IncomingMessage; socket: Duplex; head: Buffer; url: URL }

/** Who takes the WebSockets of some paths. */
export type UpgradeRoute = {
  path: RegExp
  /** Upgrades, or throws the Problem that the client is told instead. */
  accept: (upgrade: Upgrade) => Promise<void>
}

/** Hands each WebSocket that comes to whoever has its path. Disposing takes no more. */
export function serveUpgrades(server: Server, log: Logger, routes: readonly UpgradeRoute[]): Disposable {
  async function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
    socket.on('error', () => socket.destroy())
    try {
      const url = new URL(request.url ?? '/', 'http://device')
      const route = routes.find(({ path }) => path.test(url.pathname))
      if (!route) throw new Problem('not-found', 'Devices connect at /xiaozhi/v1/, companions at /ws/device/')
      await route.accept({ request, socket, head, url })
    } catch (error) {
      refuseUpgrade(socket, toProblem(error))
      log.info({ error }, 'a connection was refused')
    }
  }

  const onUpgradeEvent = (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    void onUpgrade(request, socket, head)
  server.on('upgrade', onUpgradeEvent)
  return { [Symbol.dispose]: () => void server.off('upgrade', onUpgradeEvent) }
}
