import { runService } from '@parley/service-kit'
import { createApp } from './app.ts'
import { readRtcProxyConfig } from './config.ts'

await runService({ name: 'rtc-proxy', readConfig: readRtcProxyConfig, createApp })
