import { randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import {
  createHttpApp,
  listen,
  openBus,
  openedApp,
  openHealth,
  openRedis,
  repeat,
  serveErasing,
  type App,
  type Given,
} from '@parley/service-kit'
import { Router } from 'express'
import type { Config } from './config.ts'
import { createErasing } from './domain/erasing.ts'
import { createDeviceRooms } from './domain/device-rooms.ts'
import type { Place } from './domain/ports.ts'
import { createPaying, freeOfCharge } from './domain/paying.ts'
import { createRoomMessages } from './domain/room-messages.ts'
import { createRoomTurns } from './domain/room-turns.ts'
import { createRuns } from './domain/runs.ts'
import { newSession } from './domain/session.ts'
import { createSpeeches } from './domain/speeches.ts'
import { createTaskEvents } from './domain/task-events.ts'
import { createVoiceChats } from './domain/voice-chats.ts'
import { meterCloud } from './metered.ts'
import { createObserver } from './observer.ts'
import { createAudience } from './providers/platform/audience.ts'
import { createCredits } from './providers/platform/credits.ts'
import { createDevices } from './providers/platform/devices.ts'
import { createMind } from './providers/platform/mind.ts'
import { createLlmChunks } from './providers/volcengine/llm-chunks.ts'
import { readLlmQuestion } from './providers/volcengine/llm-question.ts'
import { readRoomMessage } from './providers/volcengine/room-message.ts'
import { createRtcOpenApi } from './providers/volcengine/rtc-openapi.ts'
import { createEventReader } from './providers/volcengine/task-event.ts'
import { createTokenIssuer } from './providers/volcengine/token-issuer.ts'
import { chatCallback } from './routes/chat-callback.ts'
import { refuseCallbacks } from './routes/refuse.ts'
import { rtcCallback } from './routes/rtc-callback.ts'
import { openScenes } from './scenes.ts'
import { createRedisPaymentStore } from './stores/redis-payment-store.ts'
import { createRedisRunStore } from './stores/redis-run-store.ts'
import { createRedisSeenStore } from './stores/redis-seen-store.ts'
import { createRedisSessionStore } from './stores/redis-session-store.ts'
import { createRedisSpeechStore } from './stores/redis-speech-store.ts'
import { createRedisTokenCache } from './stores/redis-token-cache.ts'
import { createCallers } from './subjects/callers.ts'
import { serveRtc } from './subjects/rtc.ts'

/** A session outlives every token for its room, so that whoever can still be in there can be reached. */
const sessionMarginS = 3_600
/** How long after its end the last words of a voice chat may come. */
const lastWordsS = 30

export type RtcProxy = App & { readonly publicPort: number }

/**
 * Opens rtc-proxy: scenes, sessions and voice chats of the RTC cloud, and last the port on which the cloud calls back.
 * @throws ConfigError naming everything that is wrong with the scenes
 */
export async function createApp(config: Config, { log }: Given): Promise<RtcProxy> {
  await using stack = new AsyncDisposableStack()
  const health = stack.use(await openHealth({ port: config.internalPort }))
  const book = stack.use(await openScenes(config, { log, metrics: health.metrics }))
  const { redis } = stack.use(await openRedis(config, { log, health }))
  const bus = stack.use(await openBus(config, { name: 'rtc-proxy', log, health }))

  const { scenes, keysOf } = book
  const { rtcOpenapiUrl: url, rtcOpenapiTimeoutMs: timeoutMs, rtcTokenTtlS: tokenTtlS } = config
  const { rtcDemo: demo, internalTokenSecret, rtcCallbackUrl: callbackUrl, rtcOpenapiVersion: version } = config
  if (demo === 'open')
    log.warn('RTC_DEMO is open: whoever reaches the gateway may talk to agents at your expense, without an account')

  const limits = { callMaxMs: config.rtcCallMaxS * 1_000, callIdleMs: config.rtcCallIdleS * 1_000 }
  const now = () => new Date()
  const newTaskId = () => `task_${randomUUID()}`
  const observer = createObserver({ metrics: health.metrics, log })
  const mind = createMind(bus)
  const sessionTtlS = Math.max(tokenTtlS, config.rtcCallMaxS) + sessionMarginS
  const sessions = createRedisSessionStore(redis, { ttlS: sessionTtlS })
  const runStore = createRedisRunStore(redis, { ttlS: sessionTtlS, lastWordsS })
  const openApi = createRtcOpenApi({ url, timeoutMs, accountOf: keysOf, now })
  const cloud = meterCloud(openApi, { metrics: health.metrics, log })
  const issueToken = createTokenIssuer(keysOf)
  const deviceScene = () => config.rtcDeviceScene ?? scenes.all()[0]?.id
  const newSessionAt = (place: Place) => newSession(place, newTaskId(), deviceScene())

  const startedAt = async (taskId: string) => (await runStore.find(taskId))?.startedAtMs
  const payments = { credits: createCredits(bus), payments: createRedisPaymentStore(redis), observer, now }
  const paying = config.credits === 'on' ? createPaying(payments, startedAt) : freeOfCharge
  const runs = createRuns(
    { runs: runStore, sessions, cloud, mind, observer, paying, newTaskId, now },
    { ...limits, most: config.rtcMaxCalls },
  )
  const asking = { scenes, sessions, newSession: newSessionAt, issueToken, now }
  const keys = { newTaskId, newKey: () => randomBytes(32).toString('base64url'), newRequestId: randomUUID }
  const voiceChats = createVoiceChats({ ...asking, ...keys, cloud, runs }, { version, tokenTtlS, callbackUrl })
  const tokens = createRedisTokenCache(redis)
  const deviceRooms = createDeviceRooms({ ...asking, tokens, deviceScene, devices: createDevices(bus) }, { tokenTtlS })
  serveRtc(bus, { voiceChats, deviceRooms, callerOf: createCallers({ demo, secret: internalTokenSecret }) })
  serveErasing(bus, 'rtc-proxy', createErasing({ runs: runStore, stopping: runs, sessions, scenes }))
  const what = 'forgotten voice chats are not stopped'
  stack.use(repeat({ everyMs: config.rtcSweepEveryS * 1_000, work: runs.sweep, what, log }))

  const speeches = createSpeeches({ speeches: createRedisSpeechStore(redis), mind })
  const heard = { runs: runStore, observer, now }
  const monotonicMs = () => performance.now()
  const seen = createRedisSeenStore(redis)
  const callbacks = Router().use(
    chatCallback({
      runs: runStore,
      turns: createRoomTurns({ ...heard, mind, newRound: randomUUID, monotonicMs }, limits),
      readQuestion: readLlmQuestion,
      createChunks: createLlmChunks,
      newId: randomUUID,
      now,
    }),
    rtcCallback({
      runs: runStore,
      messages: createRoomMessages({ ...heard, audience: createAudience(bus), speeches }, limits),
      readMessage: (bytes) => readRoomMessage(bytes, now()),
      events: createTaskEvents({ ...heard, ending: runs, sessions, seen, newTaskId }),
      readEvent: createEventReader(book.eventSecretsOf),
    }),
    refuseCallbacks((path, { code }) => observer.refused(path, code)),
  )
  await bus.flush()
  const server = createServer(createHttpApp({ log, routers: [callbacks] }))
  const edge = stack.use(await listen(server, config.publicPort))
  return Object.assign(openedApp(stack, health), { publicPort: edge.port })
}
