import { createLogger, runMigrations } from '@parley/service-kit'
import { readHubConfig } from './config.ts'
import { tables } from './tables.ts'

const config = readHubConfig(process.env)
await runMigrations(config, tables, createLogger({ service: 'device-hub', level: config.logLevel }))
