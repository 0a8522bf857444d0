import { Problem } from '@parley/contracts'
import { Redis } from 'ioredis'
import { z } from 'zod'
import { secretWithDefault, variable, type Secret } from './config.ts'
import type { Health } from './health.ts'
import type { Logger } from './logger.ts'
import { olderRedisUrl } from './older-names.ts'

export const redisVariables = () => ({
  redisUrl: secretWithDefault('REDIS_URL', 'redis://127.0.0.1:6379', { older: olderRedisUrl }),
  redisKeyPrefix: variable('REDIS_KEY_PREFIX', z.string().default('')),
})

export type RedisStore = AsyncDisposable & { readonly redis: Redis }

/**
 * Connects to Redis and keeps connected. Commands wait at most two seconds for a lost connection, then fail.
 * @throws Error when the server does not answer at start.
 */
export async function openRedis(
  config: { redisUrl: Secret; redisKeyPrefix: string },
  { log, health }: { log: Logger; health: Health },
): Promise<RedisStore> {
  const redisUrl = config.redisUrl.reveal()
  const redis = new Redis(redisUrl, {
    keyPrefix: config.redisKeyPrefix,
    lazyConnect: true,
    connectTimeout: 5_000,
    commandTimeout: 2_000,
    maxRetriesPerRequest: 2,
    retryStrategy: (attempt) => Math.min(100 * 2 ** attempt, 2_000),
  })
  redis.on('error', (error) => log.warn({ error: error.message }, 'redis connection'))
  try {
    await redis.connect()
    await redis.ping()
  } catch (cause) {
    redis.disconnect()
    throw new Error(`Redis does not answer at ${new URL(redisUrl).host}`, { cause })
  }
  health.addCheck('redis', async () => void (await redis.ping()))
  return {
    redis,
    [Symbol.asyncDispose]: async () => {
      await redis.quit().catch(() => redis.disconnect())
    },
  }
}

/** For the `catch` of a command: what Redis cannot do now it may do a moment later. */
export function rethrowRedisError(cause: unknown): never {
  throw new Problem('unavailable', 'A store is not available at the moment', { cause })
}
