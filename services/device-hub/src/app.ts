import { createServer } from 'node:http'
import { hostname } from 'node:os'
import { makeContext, withContext } from '@parley/bus'
import { app, auth, device, Problem } from '@parley/contracts'
import { openObjectStore } from '@parley/object-store'
import {
  createHttpApp,
  listen,
  openBus,
  openDatabase,
  openedApp,
  openHealth,
  openRedis,
  type App,
  type Given,
} from '@parley/service-kit'
import { v7 as uuidv7 } from 'uuid'
import type { Config } from './config.ts'
import { createAuthenticate } from './domain/authentication.ts'
import type { Manner } from './domain/manner.ts'
import type { DeviceStore } from './domain/enrolment.ts'
import { createTalk, type Talker } from './domain/talk.ts'
import { keepPicture } from './pictures.ts'
import type { SessionSettings } from './domain/session-ports.ts'
import { visionUrls } from './domain/vision.ts'
import { openHub } from './hub.ts'
import { systemClock } from './providers/clock.ts'
import { createEars } from './providers/platform/ears.ts'
import { createEyes } from './providers/platform/eyes.ts'
import { createManners } from './providers/platform/manners.ts'
import { createMind } from './providers/platform/mind.ts'
import { createVoice } from './providers/platform/voice.ts'
import { openRegistry } from './registry.ts'
import { createAddressLimit } from './routes/address-limit.ts'
import { firmwareRoutes } from './routes/firmware.ts'
import { visionRoutes, type VisionSettings } from './routes/vision.ts'
import { otaRoutes } from './routes/ota.ts'
import { createAcceptLimit } from './sockets/accept-limit.ts'
import { createUserGroups } from './sockets/user-groups.ts'
import { serveCompanions } from './sockets/companion.ts'
import { serveUpgrades } from './sockets/upgrades.ts'
import { authoriseDevice } from './sockets/authorise.ts'
import { serveXiaozhi } from './sockets/xiaozhi.ts'
import { PrismaClient } from './stores/generated/client.ts'
import { createDeviceStore } from './stores/prisma-device-store.ts'
import { createLastSeen, createLeaseStore } from './stores/redis-lease-store.ts'
import { tables } from './tables.ts'
import { createTurnMetrics } from './turn-metrics.ts'

/** Apps and devices of one user that one instance serves. */
const mostCompanionsOfOneUser = 50

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
  const objects = stack.use(await openObjectStore(config.objects, { log, health }))
  const registry = stack.use(openRegistry({ bus, log, database, redis, objects, timeZone: config.timeZone }))
  const { codes } = registry

  const devices = createDeviceStore(database)
  const leases = createLeaseStore(redis, `${hostname()}:${process.pid}:${uuidv7()}`)
  const tokenSecret = config.deviceTokenSecret.reveal()
  const unproven = config.legacyMacLogin === 'open'
  if (unproven)
    log.warn('LEGACY_MAC_LOGIN is open: devices that never had a credential are believed by their MAC address')
  const onUnproven = (deviceId: string) => log.warn({ deviceId }, 'a device was believed by its MAC address alone')
  bus.handle(device.authenticate, createAuthenticate({ devices, onUnproven }, { tokenSecret, unproven }))
  const { activation, websocketUrl, trustedProxies, maxConnections } = config
  const server = createServer()
  const onTurn = createTurnMetrics(health.metrics, log, () => hub.size)
  const [ears, voice, eyes] = [createEars(bus), createVoice(bus), createEyes(bus)]
  const hub = stack.use(
    openHub({
      bus,
      log,
      leases,
      devices,
      commands: registry.commands,
      alarms: registry.alarms,
      alarmStore: registry.alarmStore,
      noteStatus: registry.bindings.noteStatus,
      clock: systemClock,
      newSession: {
        ears,
        mind,
        voice,
        eyes,
        manners: createManners(bus, log, ownManner(config)),
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
  const visionAt = visionUrls(tokenSecret)
  const talkPorts = {
    ears,
    mind,
    voice,
    eyes,
    clock: systemClock,
    newId: uuidv7,
    keepPicture: (deviceId: string, bytes: Uint8Array) => keepPicture(objects, deviceId, bytes),
    format: downlink,
    maxSpeechMs: config.maxSpeechMs,
  }
  const acceptLimit = createAcceptLimit(config.acceptPerSecond, { now: systemClock.now, random: Math.random })
  const sockets = stack.use(
    serveXiaozhi({
      log,
      maxConnections,
      acceptLimit,
      authorise: (identity) => authoriseDevice(identity, { devices, tokenSecret, activation, visionAt }),
      open: hub.connect,
      newId: uuidv7,
      talk: (connected, send) => createTalk(() => Promise.resolve(connected), send, talkPorts),
    }),
  )
  const groups = createUserGroups(bus, mostCompanionsOfOneUser)
  const companions = stack.use(
    serveCompanions({
      log,
      maxConnections,
      newId: uuidv7,
      now: systemClock.now,
      verify: async (token) => {
        const { person, expiresAt } = await bus.request(auth.verify, { token })
        return { person, expiresAt: new Date(expiresAt) }
      },
      join: groups.join,
      tell: (userId, update) => bus.publish(app.update, update, { tokens: { userId } }),
      noteSeen: createLastSeen(redis, (error) => log.warn({ error }, 'last seen is not noted')),
      talk: ({ userId }, deviceId, send) => createTalk(() => talkerOf(devices, userId, deviceId), send, talkPorts),
    }),
  )
  bus.on(auth.sessionRevoked, ({ sessionId }) => companions.revoke(sessionId))
  stack.use(serveUpgrades(server, log, [sockets, companions]))
  const timezoneOffsetMinutes = config.timezoneOffsetMinutes ?? -new Date().getTimezoneOffset()
  const { firmware } = registry
  const limit = createAddressLimit(config.otaPerMinute, systemClock.now)
  const ota = { limit, log, devices, codes, firmware, activation, tokenSecret, websocketUrl, timezoneOffsetMinutes }
  const look: VisionSettings['look'] = async (deviceId, picture) =>
    (await bus.request(device.look, picture, { tokens: { deviceId } })).text
  const routers = [
    firmwareRoutes({ log, store: objects, firmware, tokenSecret }),
    otaRoutes({ ...ota, now: Date.now }),
    visionRoutes({ log, store: objects, tokenSecret, look }),
  ]
  server.on('request', createHttpApp({ log, routers, trustedProxies }))
  const edge = stack.use(await listen(server, config.publicPort))
  stack.defer(async () => {
    sockets.refuse()
    companions.close()
    await hub.drain(config.drainMs)
  })
  return Object.assign(openedApp(stack, health), { publicPort: edge.port })
}

/** @throws Problem `not-found` for a device that is not the person's */
async function talkerOf(devices: DeviceStore, userId: string, deviceId: string): Promise<Talker> {
  const found = await devices.find(deviceId)
  if (found?.ownerId !== userId) throw new Problem('not-found', 'You have no such device')
  return { deviceId, ownerId: userId, agentId: found.agentId }
}

function sessionSettings(config: Config): SessionSettings {
  const { leadFrames, firstAudioDelayMs, stopMarginMs, maxSpeechMs, wakeWords } = config
  return { format: downlink, leadFrames, firstAudioDelayMs, stopMarginMs, maxSpeechMs, wakeWords }
}

/** How agents behave that say nothing about it. */
function ownManner({ silenceMs, idleCloseMs }: Config): Manner {
  return { fillers: [], exitPhrases: [], silenceMs, adaptiveSilence: true, idleCloseMs }
}
