import { randomUUID } from 'node:crypto'
import { rethrowRedisError, type RedisStore } from '@parley/service-kit'
import type { Quotas } from '../domain/ports.ts'
import { digest } from './digest.ts'

/** All or nothing: what one quota refuses counts for none. Gives for how many milliseconds one has to wait. */
const takeScript = `
local now = tonumber(ARGV[1])
local longest = 0
local wait = 0
for i = 3, #ARGV, 2 do
  local points, window = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  longest = math.max(longest, window)
  if redis.call('ZCOUNT', KEYS[1], '(' .. (now - window), '+inf') >= points then
    local hit = redis.call('ZREVRANGE', KEYS[1], points - 1, points - 1, 'WITHSCORES')
    wait = math.max(wait, tonumber(hit[2]) + window - now)
  end
end
if wait > 0 then return wait end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - longest)
redis.call('ZADD', KEYS[1], now, ARGV[2])
redis.call('PEXPIRE', KEYS[1], longest)
return 0`

/** Sliding windows in Redis, one sorted set for each who: `quota:{name}:{sha256}`. */
export function createRedisQuotas(redis: RedisStore['redis'], now: () => Date): Quotas {
  const keyOf = (name: string, who: string) => `quota:${name}:${digest(who)}`
  return {
    take: async (name, who, quotas) => {
      const windows = quotas.flatMap(({ points, seconds }) => [points, seconds * 1_000])
      const given = [now().getTime(), randomUUID(), ...windows]
      const waitMs = await redis.eval(takeScript, 1, keyOf(name, who), ...given).catch(rethrowRedisError)
      return Math.ceil(Number(waitMs) / 1_000)
    },
    count: (name, who, seconds) => {
      const from = now().getTime() - seconds * 1_000
      return redis.zcount(keyOf(name, who), `(${from}`, '+inf').catch(rethrowRedisError)
    },
  }
}
