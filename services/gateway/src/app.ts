import { createServer, type ServerOptions } from 'node:http'
import { openObjectStore, verifyFilePath, type ObjectStore, type ObjectStoreConfig } from '@parley/object-store'
import {
  createHttpApp,
  createRefusalNotes,
  listen,
  openBus,
  openedApp,
  openHealth,
  openRedis,
  repeat,
  version,
  type App,
  type Given,
} from '@parley/service-kit'
import proxyAddress from 'proxy-addr'
import { v7 as newId } from 'uuid'
import { createAccessTokens } from './access-tokens.ts'
import { createAnswers } from './answers.ts'
import { createBearers } from './bearers.ts'
import type { Config } from './config.ts'
import { serveErasingOfFiles } from './erasing.ts'
import { allowDemo, allowOrigins, mayConnect } from './http/origins.ts'
import { createIdempotency } from './http/idempotency.ts'
import { createRateLimits } from './http/rate-limits.ts'
import { secureHeaders } from './http/secure-headers.ts'
import { wireRoutes } from './http/wire-routes.ts'
import { describeRoutes } from './openapi.ts'
import { pages } from './pages/pages.ts'
import { createPlatformHealth } from './platform-health.ts'
import { createClamdScan } from './providers/clamd.ts'
import { followRevocations } from './revocations.ts'
import { routeTable } from './routes/table.ts'
import { scannedStore } from './scanned-store.ts'
import { serveAppSockets } from './sockets/app-sockets.ts'

/** Whether the nth address in front of us is a proxy of ours, as Express works it out of its setting. */
type Trust = (address: string, index: number) => boolean

const sweepEveryMs = 6 * 3_600_000

export type Gateway = App & { readonly publicPort: number }

/** Opens the gateway: its place on the bus, its stores, and last its public port. */
export async function createApp(config: Config, { log }: Given): Promise<Gateway> {
  await using stack = new AsyncDisposableStack()
  const health = stack.use(await openHealth({ port: config.internalPort }))
  const { uploadScanUrl: url } = config
  const opened = stack.use(await openObjectStore(config.objects, { log, health }))
  const store = url === undefined ? opened : scannedStore(opened, createClamdScan({ url }))
  const { redis } = stack.use(await openRedis(config, { log, health }))
  const bus = stack.use(await openBus(config, { name: 'gateway', log, health }))
  serveErasingOfFiles(bus, store)
  stack.use(sweepNowAndThen(store, config.temporaryDays, log))

  const accessTokens = createAccessTokens(bus)
  const revocations = stack.use(followRevocations(bus, log))
  const bearers = createBearers({ bus, accessTokens, revocations })
  const limits = createRateLimits(redis, {
    general: config.generalLimit,
    login: config.loginLimit,
    pairing: config.pairingLimit,
    chat: config.chatLimit,
    upload: config.uploadLimit,
    refused: config.refusedLimit,
  })
  const { corsOrigins, rtcDemo } = config
  if (rtcDemo === 'open')
    log.warn('RTC_DEMO is open: whoever reaches /getScenes and /proxy may use them without an account')
  const answers = stack.use(createAnswers(bus))
  const platformHealth = createPlatformHealth(bus, health)
  const routes = routeTable({
    health: platformHealth,
    verify: verifierOf(config.objects),
    accessKeys: accessTokens.keys,
    rtcDemo,
    answers,
  })
  const noteRefusal = createRefusalNotes(bus, log)
  const idempotency = createIdempotency(redis)
  const api = wireRoutes(routes, {
    bus,
    store,
    newId,
    log,
    bearers,
    limits,
    stepUp: config.adminStepUp,
    noteRefusal,
    idempotency,
  })
  const routers = [
    secureHeaders(),
    ...(rtcDemo === 'open' ? [allowDemo()] : []),
    allowOrigins(corsOrigins),
    pages(describeRoutes(routes, { version })),
    api,
  ]
  const app = createHttpApp({ log, routers, trustedProxies: config.trustedProxies })
  const server = createServer(serverLimits(config), app)
  const { maxConnections } = config
  const mayCome = mayConnect(corsOrigins)
  const sockets = stack.use(
    serveAppSockets({
      server,
      bus,
      bearers,
      revocations,
      limits,
      addressOf: (request) => proxyAddress(request, app.get('trust proxy fn') as Trust),
      log,
      maxConnections,
      mayConnect: mayCome,
    }),
  )
  await bus.flush()
  const edge = stack.use(await listen(server, config.publicPort))
  stack.defer(() => sockets.close())
  return Object.assign(openedApp(stack, health), { publicPort: edge.port })
}

/** A client that is slower than this, or says more than this before its body, is not one of ours. */
function serverLimits({ requestTimeoutS }: Config): ServerOptions {
  const headersTimeout = Math.min(10_000, requestTimeoutS * 1_000)
  return {
    maxHeaderSize: 16 * 1024,
    headersTimeout,
    requestTimeout: requestTimeoutS * 1_000,
    connectionsCheckingInterval: 1_000,
  }
}

/** Files of a bucket are served by the bucket; ours by a path that we have signed. */
function verifierOf(objects: ObjectStoreConfig): (url: string) => string | undefined {
  if (objects.provider !== 'disk') return () => undefined
  return (url) => verifyFilePath(url, { secret: objects.urlSecret })
}

/** Deletes temporary files when their time is over. Several instances may do it at once. */
function sweepNowAndThen(store: ObjectStore, olderThanDays: number, log: Given['log']): AsyncDisposable {
  const sweep = async (signal: AbortSignal) => {
    const { objects, partialUploads } = await store.sweep({ olderThanDays, signal })
    if (objects + partialUploads > 0) log.info({ objects, partialUploads }, 'temporary files deleted')
  }
  return repeat({ everyMs: sweepEveryMs, work: sweep, what: 'temporary files are not deleted', log })
}
