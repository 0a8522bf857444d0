import { rethrowRedisError, type RedisStore } from '@parley/service-kit'
import type { NonceStore } from '../domain/device-logins.ts'

/** What devices have to sign, in Redis: `device_nonce:{nonce}` holds the device's id until it is taken. */
export function createRedisNonceStore(redis: RedisStore['redis']): NonceStore {
  return {
    save: async (nonce, deviceId, ttlS) =>
      void (await redis.set(`device_nonce:${nonce}`, deviceId, 'EX', ttlS).catch(rethrowRedisError)),
    take: async (nonce) => (await redis.getdel(`device_nonce:${nonce}`).catch(rethrowRedisError)) ?? undefined,
  }
}
