import { createHash } from 'node:crypto'
import { rethrowRedisError, type RedisStore } from '@parley/service-kit'
import type { SetupTokenStore } from '../domain/ports.ts'

/** The tokens of set-up links in Redis, by their digest: `setup_token:{sha256}`. */
export function createRedisSetupTokenStore(redis: RedisStore['redis']): SetupTokenStore {
  return {
    save: async (token, ttlS) => void (await redis.set(toKey(token), '1', 'EX', ttlS).catch(rethrowRedisError)),
    has: async (token) => (await redis.exists(toKey(token)).catch(rethrowRedisError)) === 1,
    remove: async (token) => void (await redis.del(toKey(token)).catch(rethrowRedisError)),
  }
}

function toKey(token: string): string {
  return `setup_token:${createHash('sha256').update(token).digest('hex')}`
}
