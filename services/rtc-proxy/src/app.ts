import { randomUUID } from 'node:crypto'
import { openBus, openedApp, openHealth, openRedis, type App, type Given } from '@parley/service-kit'
import type { Config } from './config.ts'
import { createVoiceChats } from './domain/voice-chats.ts'
import { meterCloud } from './metered.ts'
import { createRtcOpenApi } from './providers/volcengine/rtc-openapi.ts'
import { createTokenIssuer } from './providers/volcengine/token-issuer.ts'
import { createRedisSessionStore } from './stores/redis-session-store.ts'
import { createKeyring, createScenes, loadScenes } from './stores/scene-files.ts'
import { serveRtc } from './subjects/rtc.ts'

/** A session outlives every token for its room, so that whoever can still be in there can be reached. */
const sessionMarginS = 3_600

/**
 * Opens rtc-proxy: scenes and sessions of the RTC cloud.
 * @throws ConfigError naming everything that is wrong with the scenes
 */
export async function createApp(config: Config, { log }: Given): Promise<App> {
  const loaded = config.rtcScenesDir ? await loadScenes(config.rtcScenesDir, config.sceneVariables) : []
  log.info({ scenes: loaded.map(({ scene }) => scene.id) }, 'scenes')

  await using stack = new AsyncDisposableStack()
  const health = stack.use(await openHealth({ port: config.internalPort }))
  const { redis } = stack.use(await openRedis(config, { log, health }))
  const bus = stack.use(await openBus(config, { name: 'rtc-proxy', log, health }))

  const now = () => new Date()
  const keysOf = createKeyring(loaded)
  const { rtcOpenapiUrl: url, rtcOpenapiTimeoutMs: timeoutMs } = config
  const cloud = createRtcOpenApi({ url, timeoutMs, accountOf: keysOf, now })
  const voiceChats = createVoiceChats(
    {
      scenes: createScenes(loaded),
      sessions: createRedisSessionStore(redis, { ttlS: config.rtcTokenTtlS + sessionMarginS }),
      cloud: meterCloud(cloud, { metrics: health.metrics, log }),
      issueToken: createTokenIssuer(keysOf),
      newTaskId: () => `task_${randomUUID()}`,
      now,
      onLeftBehind: (sceneId, error) => log.warn({ sceneId, error }, 'a task could not be stopped'),
    },
    { version: config.rtcOpenapiVersion, tokenTtlS: config.rtcTokenTtlS },
  )
  serveRtc(bus, voiceChats)
  await bus.flush()
  return openedApp(stack, health)
}
