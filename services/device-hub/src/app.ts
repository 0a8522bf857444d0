import { randomInt } from 'node:crypto'
import { createServer } from 'node:http'
import { hostname } from 'node:os'
import { makeContext, withContext } from '@parley/bus'
import { Problem } from '@parley/contracts'
import {
  createHttpApp,
  listen,
  openBus,
  openDatabase,
  openedApp,
  openHealth,
  openRedis,
  repeat,
  type App,
  type Given,
} from '@parley/service-kit'
import { v7 as uuidv7 } from 'uuid'
import type { Config } from './config.ts'
import { createAuthenticate } from './domain/authentication.ts'
import { createBindings } from './domain/bindings.ts'
import { createPairingCodes } from './domain/pairing.ts'
import type { SessionSettings } from './domain/session.ts'
import { openHub } from './hub.ts'
import { systemClock } from './providers/clock.ts'
import { createEars } from './providers/platform/ears.ts'
import { createMind } from './providers/platform/mind.ts'
import { createOwnership } from './providers/platform/ownership.ts'
import { createVoice } from './providers/platform/voice.ts'
import { otaRoutes } from './routes/ota.ts'
import { authoriseDevice } from './sockets/authorise.ts'
import { serveXiaozhi } from './sockets/xiaozhi.ts'
import { PrismaClient } from './stores/generated/client.ts'
import { createBindingStore } from './stores/prisma-binding-store.ts'
import { createDeviceStore } from './stores/prisma-device-store.ts'
import { createLeaseStore, createWhoIsOnline } from './stores/redis-lease-store.ts'
import { createPairingStore } from './stores/redis-pairing-store.ts'
import { serveBindings } from './subjects/bindings.ts'
import { tables } from './tables.ts'
import { createTurnMetrics } from './turn-metrics.ts'

const finishAdoptionsEveryMs = 30_000

/** What this hub declares in its hello and sends: speech at 24 kHz in packets of 60 ms. */
const downlink = { sampleRateHz: 24_000, frameMs: 60 } as const

export type DeviceHub = App & { readonly publicPort: number }

/** Opens the hub: its stores, its way to the other services, and last its public port. */
export async function createApp(config: Config, { log }: Given): Promise<DeviceHub> {
  await using stack = new AsyncDisposableStack()
  const health = stack.use(await openHealth({ port: config.internalPort }))
  const pool = stack.use(await openDatabase(config, tables, { log, health }))
  const database = stack.adopt(new PrismaClient({ adapter: pool.adapter }), (client) => client.$disconnect())
  // Prisma loads its query compiler with the first query: not while somebody waits.
  await database.$queryRaw`SELECT 1`
  const { redis } = stack.use(await openRedis(config, { log, health }))
  const bus = stack.use(await openBus(config, { name: 'device-hub', log, health }))
  const mind = stack.use(createMind(bus, log))

  const devices = createDeviceStore(database)
  const leases = createLeaseStore(redis, `${hostname()}:${process.pid}:${uuidv7()}`)
  const codes = createPairingCodes(createPairingStore(redis), (below) => randomInt(below))
  const bindings = createBindings({
    ...createOwnership(bus),
    bindings: createBindingStore(database),
    codes,
    whoIsOnline: createWhoIsOnline(redis),
    onFailure: (error, what) => log.warn({ error }, what),
    newId: uuidv7,
    now: () => new Date(),
  })
  stack.use(
    repeat({
      everyMs: finishAdoptionsEveryMs,
      work: bindings.finishAdoptions,
      what: 'owners wait for conversations',
      log,
    }),
  )
  const tokenSecret = config.deviceTokenSecret.reveal()
  const unproven = config.legacyMacLogin === 'open'
  if (unproven)
    log.warn('LEGACY_MAC_LOGIN is open: devices that never had a credential are believed by their MAC address')
  const onUnproven = (deviceId: string) => log.warn({ deviceId }, 'a device was believed by its MAC address alone')
  serveBindings(bus, bindings, createAuthenticate({ devices, onUnproven }, { tokenSecret, unproven }))
  const { activation, websocketUrl, trustedProxies } = config
  const server = createServer()
  const onTurn = createTurnMetrics(health.metrics, log, () => hub.size)
  const hub = stack.use(
    openHub({
      bus,
      log,
      leases,
      devices,
      clock: systemClock,
      newSession: {
        ears: createEars(bus),
        mind,
        voice: createVoice(bus),
        clock: systemClock,
        newId: uuidv7,
        pairingCode: async (deviceId) => {
          if (await devices.find(deviceId)) return codes.issue(deviceId)
          throw new Problem('conflict', 'This device has to be restarted before it can be paired')
        },
        settings: sessionSettings(config),
        onTurn,
        inTurn: (turnId, work) => withContext(makeContext({ requestId: turnId }), work),
        onFailure: (error, what) => log.warn({ error, what }, 'a stage failed'),
      },
    }),
  )
  const sockets = stack.use(
    serveXiaozhi({
      server,
      log,
      maxConnections: config.maxConnections,
      authorise: (identity) => authoriseDevice(identity, { devices, tokenSecret, activation }),
      open: hub.connect,
      newId: uuidv7,
    }),
  )
  const timezoneOffsetMinutes = config.timezoneOffsetMinutes ?? -new Date().getTimezoneOffset()
  const ota = { log, devices, codes, activation, tokenSecret, websocketUrl, timezoneOffsetMinutes, now: Date.now }
  const routers = [otaRoutes(ota)]
  server.on('request', createHttpApp({ log, routers, trustedProxies }))
  const edge = stack.use(await listen(server, config.publicPort))
  stack.defer(async () => {
    sockets.refuse()
    await hub.drain(config.drainMs)
  })
  return Object.assign(openedApp(stack, health), { publicPort: edge.port })
}

function sessionSettings(config: Config): SessionSettings {
  const { leadFrames, firstAudioDelayMs, stopMarginMs, silenceMs, maxSpeechMs, idleCloseMs, wakeWords } = config
  return {
    format: downlink,
    leadFrames,
    firstAudioDelayMs,
    stopMarginMs,
    silenceMs,
    maxSpeechMs,
    idleCloseMs,
    wakeWords,
  }
}
