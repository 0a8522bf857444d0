import { openBus, openedApp, openHealth, type App, type Given } from '@parley/service-kit'
import type { Config } from './config.ts'

/** Opens the service: its health port and its place on the bus. */
export async function createApp(config: Config, { log }: Given): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const health = stack.use(await openHealth({ port: config.internalPort }))
  stack.use(await openBus(config, { name: 'gateway', log, health }))
  return openedApp(stack, health)
}
