import { runService } from '@parley/service-kit'
import { createApp } from './app.ts'
import { readServiceConfig } from './config.ts'

await runService({ name: 'rtc-proxy', readConfig: readServiceConfig, createApp })
