import { createServer } from 'node:http'
import { createHttpApp, listen, openBus, openedApp, openHealth, type App, type Given } from '@parley/service-kit'
import type { Config } from './config.ts'
import { healthRoutes } from './routes/health.ts'

export type Gateway = App & { readonly publicPort: number }

/** Opens the gateway: its place on the bus, and its public port. */
export async function createApp(config: Config, { log }: Given): Promise<Gateway> {
  await using stack = new AsyncDisposableStack()
  const health = stack.use(await openHealth({ port: config.internalPort }))
  stack.use(await openBus(config, { name: 'gateway', log, health }))
  const { trustedProxies } = config
  const server = createServer(createHttpApp({ log, routers: [healthRoutes(health)], trustedProxies }))
  const edge = stack.use(await listen(server, config.publicPort))
  return Object.assign(openedApp(stack, health), { publicPort: edge.port })
}
