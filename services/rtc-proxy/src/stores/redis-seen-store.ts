import type { RedisStore } from '@parley/service-kit'
import type { SeenStore } from '../domain/ports.ts'
import { rethrowUnavailable } from './unavailable.ts'

/** Longer than the vendor repeats an event. */
const keptS = 900

/** What was seen, in Redis: `rtc:event:{eventId}`. */
export function createRedisSeenStore(redis: RedisStore['redis']): SeenStore {
  return {
    has: async (eventId) => (await redis.exists(toKey(eventId)).catch(rethrowUnavailable)) > 0,
    add: async (eventId) => {
      await redis.set(toKey(eventId), '1', 'EX', keptS).catch(rethrowUnavailable)
    },
  }
}

const toKey = (eventId: string) => `rtc:event:${eventId}`
