import { runService } from '@parley/service-kit'
import { createApp } from './app.ts'
import { readGatewayConfig } from './config.ts'

await runService({ name: 'gateway', readConfig: readGatewayConfig, createApp })
