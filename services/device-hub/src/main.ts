import { runService } from '@parley/service-kit'
import { createApp } from './app.ts'
import { readHubConfig } from './config.ts'

await runService({ name: 'device-hub', readConfig: readHubConfig, createApp })
