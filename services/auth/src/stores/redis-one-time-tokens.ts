import { createHash } from 'node:crypto'
import { rethrowRedisError, type RedisStore } from '@parley/service-kit'
import type { OneTimeTokens } from '../domain/ports.ts'

/** Tokens of links to a new password, by their digests: `password_token:{sha256}`, and which of a user's is the newest. */
export function createRedisOneTimeTokens(redis: RedisStore['redis']): OneTimeTokens {
  return {
    save: async (token, userId, ttlS) => {
      await redis.set(newestKey(userId), digestOf(token), 'EX', ttlS).catch(rethrowRedisError)
      await redis.set(tokenKey(token), userId, 'EX', ttlS).catch(rethrowRedisError)
    },
    take: async (token) => {
      const userId = await redis.getdel(tokenKey(token)).catch(rethrowRedisError)
      if (userId === null) return undefined
      const newest = await redis.get(newestKey(userId)).catch(rethrowRedisError)
      return newest === digestOf(token) ? userId : undefined
    },
  }
}

const tokenKey = (token: string) => `password_token:${digestOf(token)}`
const newestKey = (userId: string) => `password_token_of:${userId}`

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
