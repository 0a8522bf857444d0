import { once } from 'node:events'
import type { App, Given } from './app.ts'
import { ConfigError } from './config.ts'
import { createLogger, type Logger } from './logger.ts'
import { settingsWithoutUse } from './older-names.ts'

export type Service<Config extends { logLevel: string }> = {
  name: string
  readConfig: (environment: NodeJS.ProcessEnv) => Config
  createApp: (config: Config, given: Given) => Promise<App>
}

/** A process that still lives this long after its signal is ended by force. */
const forcedExitMs = 60_000

/**
 * Runs a service as this process: reads its configuration, opens its app, and closes it on SIGTERM or SIGINT. The
 * process then ends by itself; a second signal ends it at once.
 */
export async function runService<Config extends { logLevel: string }>(service: Service<Config>): Promise<void> {
  const { name, readConfig, createApp } = service
  let log = createLogger({ service: name, level: 'info' })
  try {
    const config = readConfig(process.env)
    log = createLogger({ service: name, level: config.logLevel })
    const stopped = stopSignal(log)
    for (const { names, what } of settingsWithoutUse(name, process.env)) {
      log.warn({ names }, `set, but this version does not have ${what}`)
    }
    const app = await createApp(config, { log })
    log.info({ internalPort: app.internalPort }, 'ready')
    log.info({ signal: await stopped }, 'stopping')
    setTimeout(() => process.exit(1), forcedExitMs).unref()
    await app[Symbol.asyncDispose]()
    log.info('stopped')
  } catch (error) {
    if (error instanceof ConfigError) log.fatal(error.message)
    else log.fatal({ error }, 'the service failed')
    process.exitCode = 1
  }
}

async function stopSignal(log: Logger): Promise<string> {
  const signal = await Promise.race(['SIGTERM', 'SIGINT'].map((name) => once(process, name).then(() => name)))
  for (const name of ['SIGTERM', 'SIGINT']) {
    process.once(name, () => {
      log.warn('second signal: ending at once')
      process.exit(1)
    })
  }
  return signal
}
