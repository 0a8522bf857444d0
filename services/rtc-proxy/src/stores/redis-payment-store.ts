import { rethrowRedisError, type RedisStore } from '@parley/service-kit'
import type { PaymentStore } from '../domain/paying.ts'

/** The runs by when their next payment is due, until when each is paid, and what is owed for those that are over. */
const dueKey = 'rtc:payments'
const heldKey = 'rtc:held'
const owedKey = 'rtc:owed'

/** KEYS due. ARGV now, until when they are claimed, most. */
const claimScript = `
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, task in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2], task) end
return due`

/** Payments of voice chats in Redis: `rtc:payments`, `rtc:held` and `rtc:owed`, by task. */
export function createRedisPaymentStore(redis: RedisStore['redis']): PaymentStore {
  return {
    watch: async (taskId, { dueMs, heldUntilMs }) => {
      await redis.multi().zadd(dueKey, dueMs, taskId).hset(heldKey, taskId, heldUntilMs).exec().catch(rethrowRedisError)
    },
    claimDue: async (nowMs, { claimMs, most }) =>
      (await redis.eval(claimScript, 1, dueKey, nowMs, nowMs + claimMs, most).catch(rethrowRedisError)) as string[],
    heldUntil: async (taskId) => Number((await redis.hget(heldKey, taskId).catch(rethrowRedisError)) ?? 0),
    owe: async (taskId, seconds) => {
      await redis.multi().hsetnx(owedKey, taskId, seconds).zrem(dueKey, taskId).exec().catch(rethrowRedisError)
      return Number((await redis.hget(owedKey, taskId).catch(rethrowRedisError)) ?? seconds)
    },
    owed: async (most) => {
      const [, found] = await redis.hscan(owedKey, 0, 'COUNT', most).catch(rethrowRedisError)
      const pairs = Array.from({ length: found.length / 2 }, (_, index) => found.slice(index * 2, index * 2 + 2))
      return pairs.map(([taskId = '', seconds]) => ({ taskId, seconds: Number(seconds) }))
    },
    forget: async (taskId) => {
      await redis
        .multi()
        .zrem(dueKey, taskId)
        .hdel(heldKey, taskId)
        .hdel(owedKey, taskId)
        .exec()
        .catch(rethrowRedisError)
    },
  }
}
