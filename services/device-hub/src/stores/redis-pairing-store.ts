import type { Redis } from 'ioredis'
import type { PairingCodeStore } from '../domain/pairing.ts'

const codeKey = (code: string) => `device:pairing_code:${code}`
const deviceKey = (deviceId: string) => `device:pairing:${deviceId}`
const triesKey = (userId: string) => `device:pairing_tries:${userId}`

/** Both ways at once, and only when the code is nobody's. */
const assignScript = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3])
return 1`

/** The window begins with its first try. */
const countScript = `
local tries = redis.call('INCR', KEYS[1])
if tries == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return tries`

/** Pairing codes in Redis. */
export function createPairingStore(redis: Redis): PairingCodeStore {
  return {
    codeOf: async (deviceId) => (await redis.get(deviceKey(deviceId))) ?? undefined,
    assign: async (code, deviceId, ttlS) => {
      const keys = [codeKey(code), deviceKey(deviceId)]
      return (await redis.eval(assignScript, 2, ...keys, deviceId, code, ttlS)) === 1
    },
    deviceOf: async (code) => (await redis.get(codeKey(code))) ?? undefined,
    remove: async (deviceId) => {
      const code = await redis.getdel(deviceKey(deviceId))
      if (code !== null) await redis.del(codeKey(code))
    },
    countTry: async (userId, windowS) => Number(await redis.eval(countScript, 1, triesKey(userId), windowS)),
    forgetTries: async (userId) => void (await redis.del(triesKey(userId))),
  }
}
