import { runService } from '@parley/service-kit'
import { createApp } from './app.ts'
import { readConfig } from './config.ts'

await runService({ name: 'billing', readConfig, createApp })
