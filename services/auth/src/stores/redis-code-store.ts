import { rethrowRedisError, type RedisStore } from '@parley/service-kit'
import { z } from 'zod'
import type { CodeStore } from '../domain/codes.ts'

const Kept = z.object({ digest: z.string(), expiresAt: z.iso.datetime() })
/** Redis forgets a while later than the clock that counts. */
const marginMs = 60_000

const saveScript = `
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'digest', ARGV[1], 'expiresAt', ARGV[2], 'tries', 0)
redis.call('PEXPIRE', KEYS[1], ARGV[3])`

const tryScript = `
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local tries = redis.call('HINCRBY', KEYS[1], 'tries', 1)
local kept = redis.call('HMGET', KEYS[1], 'digest', 'expiresAt')
return { kept[1], kept[2], tries }`

const takeScript = `
if redis.call('HGET', KEYS[1], 'digest') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`

/** Codes in Redis: `code:{name}`, a hash with the digest of the code, its time and its tries. */
export function createRedisCodeStore(redis: RedisStore['redis'], now: () => Date): CodeStore {
  const keyOf = (name: string) => `code:${name}`
  return {
    save: async (name, { digest, expiresAt }) => {
      const ttlMs = Math.max(expiresAt.getTime() - now().getTime(), 0) + marginMs
      await redis.eval(saveScript, 1, keyOf(name), digest, expiresAt.toISOString(), ttlMs).catch(rethrowRedisError)
    },
    countTry: async (name) => {
      const found = (await redis.eval(tryScript, 1, keyOf(name)).catch(rethrowRedisError)) as unknown[] | null
      if (!found) return undefined
      const { digest, expiresAt } = Kept.parse({ digest: found[0], expiresAt: found[1] })
      return { digest, expiresAt: new Date(expiresAt), tries: Number(found[2]) }
    },
    take: async (name, digest) => (await redis.eval(takeScript, 1, keyOf(name), digest).catch(rethrowRedisError)) === 1,
  }
}
