import { once } from 'node:events'
import { z } from 'zod'
import {
  flag,
  openedApp,
  openHealth,
  port,
  readConfig,
  runService,
  secret,
  variable,
  type App,
  type ConfigOf,
  type Given,
} from '../src/index.ts'

/** A service of its own process that serves nothing: what `runService` does with it is seen in its log. */
const variables = {
  internalPort: variable('INTERNAL_PORT', port().default(0)),
  logLevel: variable('LOG_LEVEL', z.string().default('info')),
  leaves: variable('TEA_LEAVES', z.enum(['green', 'black'])),
  key: secret('TEA_KEY'),
  opensSlowly: variable('TEA_OPENS_SLOWLY', flag().default(false)),
  failsToOpen: variable('TEA_FAILS_TO_OPEN', flag().default(false)),
  failsToClose: variable('TEA_FAILS_TO_CLOSE', flag().default(false)),
  neverCloses: variable('TEA_NEVER_CLOSES', flag().default(false)),
}

async function createApp(config: ConfigOf<typeof variables>, { log }: Given): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const health = stack.use(await openHealth({ port: config.internalPort }))
  stack.defer(() => log.info('store closed'))
  if (config.failsToOpen) throw new Error('the pot is broken')
  if (config.opensSlowly) {
    log.info('opening')
    await once(process, 'message')
  }
  stack.defer(async () => {
    const { status } = await fetch(`http://127.0.0.1:${health.port}/readyz`)
    log.info({ status }, 'edge closing')
    if (config.neverCloses) await new Promise(() => undefined)
    if (config.failsToClose) throw new Error('the pot is stuck')
  })
  return openedApp(stack, health)
}

await runService({ name: 'tea', readConfig: (environment) => readConfig(variables, environment), createApp })
