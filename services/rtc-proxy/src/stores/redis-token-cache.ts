import { rethrowRedisError, type RedisStore } from '@parley/service-kit'
import { z } from 'zod'
import type { TokenCache } from '../domain/ports.ts'

const Stored = z.object({
  appId: z.string(),
  roomId: z.string(),
  userId: z.string(),
  token: z.string(),
  expireAt: z.number(),
})

/** Tokens of rooms in Redis, under the name that older tools know: `rtc_room:{user_id}:{task_id}`. */
export function createRedisTokenCache(redis: RedisStore['redis']): TokenCache {
  return {
    find: async (place) => {
      const text = await redis.get(toKey(place)).catch(rethrowRedisError)
      return text === null ? undefined : Stored.safeParse(JSON.parse(text)).data
    },
    keep: async (place, token, ttlS) => {
      await redis.set(toKey(place), JSON.stringify(token), 'EX', ttlS).catch(rethrowRedisError)
    },
  }
}

const toKey = ({ userId, taskId }: { userId: string; taskId: string }) => `rtc_room:${userId}:${taskId}`
