import { rethrowRedisError } from '@parley/service-kit'
import type { Redis } from 'ioredis'
import type { PairingCodeStore } from '../domain/pairing.ts'

const codeKey = (code: string) => `device:pairing_code:${code}`
const deviceKey = (deviceId: string, from?: string) => `device:pairing:${deviceId}${from === undefined ? '' : '|'}`
const triesKey = (userId: string) => `device:pairing_tries:${userId}`

/** The code in force with its time, or the new one under both names; an old one that is nearly over goes. Nothing when it is taken. */
const keepOrAssignScript = `
local old = redis.call('GET', KEYS[2])
if old then
  local left = redis.call('TTL', KEYS[2])
  if left >= tonumber(ARGV[4]) then return {old, left} end
end
if redis.call('EXISTS', KEYS[1]) == 1 then return false end
if old then redis.call('DEL', ARGV[5] .. old) end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3])
return {ARGV[2], tonumber(ARGV[3])}`

/** The window begins with its first try. */
const countScript = `
local tries = redis.call('INCR', KEYS[1])
if tries == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return tries`

const forgetScript = `
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DECR', KEYS[1]) end`

/** Pairing codes in Redis. A Redis that cannot be used is Problem `unavailable`. */
export function createPairingStore(redis: Redis): PairingCodeStore {
  const prefix = redis.options.keyPrefix ?? ''

  return {
    keepOrAssign: async (deviceId, code, { ttlS, leastS, from }) => {
      const keys = [codeKey(code), deviceKey(deviceId, from)]
      const values = [
        from === undefined ? deviceId : `${deviceId}|${from}`,
        code,
        ttlS,
        leastS,
        `${prefix}${codeKey('')}`,
      ]
      const answer = await redis.eval(keepOrAssignScript, 2, ...keys, ...values).catch(rethrowRedisError)
      if (!Array.isArray(answer)) return undefined
      return { code: String(answer[0]), leftS: Number(answer[1]) }
    },
    deviceOf: async (code) => {
      const [deviceId, from] = (await redis.get(codeKey(code)).catch(rethrowRedisError))?.split('|') ?? []
      return deviceId === undefined ? undefined : { deviceId, from }
    },
    remove: async (deviceId) => {
      for (const key of [deviceKey(deviceId), deviceKey(deviceId, 'anybody')]) {
        const code = await redis.getdel(key).catch(rethrowRedisError)
        if (code !== null) await redis.del(codeKey(code)).catch(rethrowRedisError)
      }
    },
    countTry: async (userId, windowS) =>
      Number(await redis.eval(countScript, 1, triesKey(userId), windowS).catch(rethrowRedisError)),
    forgetTry: async (userId) => void (await redis.eval(forgetScript, 1, triesKey(userId)).catch(rethrowRedisError)),
  }
}
