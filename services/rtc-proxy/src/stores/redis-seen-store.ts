import { rethrowRedisError, type RedisStore } from '@parley/service-kit'
import type { SeenStore } from '../domain/ports.ts'

/** Longer than the vendor repeats an event. */
const keptS = 900

/** What was seen, in Redis: `rtc:event:{eventId}`. */
export function createRedisSeenStore(redis: RedisStore['redis']): SeenStore {
  return {
    has: async (eventId) => (await redis.exists(toKey(eventId)).catch(rethrowRedisError)) > 0,
    add: async (eventId) => {
      await redis.set(toKey(eventId), '1', 'EX', keptS).catch(rethrowRedisError)
    },
  }
}

const toKey = (eventId: string) => `rtc:event:${eventId}`
