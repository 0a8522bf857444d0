import { createLogger, runMigrations } from '@parley/service-kit'
import { readMigrationConfig } from './config.ts'
import { tables } from './tables.ts'

const config = readMigrationConfig()
await runMigrations(config, tables, createLogger({ service: 'billing', level: config.logLevel }))
