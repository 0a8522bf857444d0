import { rethrowRedisError } from '@parley/service-kit'
import type { Redis } from 'ioredis'
import type { LeaseStore, WhoIsOnline } from '../domain/presence.ts'

/** How long a lease lives without being refreshed. */
const leaseMs = 90_000
const lastSeenMs = 300_000
/** Epochs outlive every connection that could still hold an old one. */
const epochMs = 7 * 86_400_000

const claimScript = `
local epoch = redis.call('INCR', KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
redis.call('SET', KEYS[1], ARGV[1] .. '|' .. epoch, 'PX', ARGV[2])
redis.call('SET', KEYS[3], ARGV[4], 'PX', ARGV[5])
return epoch`

const releaseScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
return 1`

const refreshScript = `
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
return 1`

const sessionKey = (deviceId: string) => `device:session:${deviceId}`
const epochKey = (deviceId: string) => `device:epoch:${deviceId}`
/** Known to older clients and tools under this name. */
const lastSeenKey = (deviceId: string) => `device:last_seen:${deviceId}`

/** Who holds which device, in Redis: one lease a device, with an epoch that only grows. */
export function createLeaseStore(redis: Redis, owner: string): LeaseStore {
  const value = (epoch: number) => `${owner}|${epoch}`
  const now = () => new Date().toISOString()

  return {
    claim: async (deviceId) => {
      const keys = [sessionKey(deviceId), epochKey(deviceId), lastSeenKey(deviceId)]
      return Number(await redis.eval(claimScript, 3, ...keys, owner, leaseMs, epochMs, now(), lastSeenMs))
    },
    release: async (deviceId, epoch) => (await redis.eval(releaseScript, 1, sessionKey(deviceId), value(epoch))) === 1,
    refresh: async (leases) => {
      if (leases.length === 0) return []
      const batch = redis.pipeline()
      for (const { deviceId, epoch } of leases) {
        const keys = [sessionKey(deviceId), lastSeenKey(deviceId)]
        batch.eval(refreshScript, 2, ...keys, value(epoch), leaseMs, now(), lastSeenMs)
      }
      const results = (await batch.exec()) ?? []
      return leases.filter((_lease, index) => results[index]?.[1] === 0).map(({ deviceId }) => deviceId)
    },
  }
}

/** Notes that a device was just there, whatever it is connected to. Nothing waits for it. */
export function createLastSeen(redis: Redis, onFailure: (error: unknown) => void): (deviceId: string) => void {
  return (deviceId) => {
    redis.set(lastSeenKey(deviceId), new Date().toISOString(), 'PX', lastSeenMs).catch(onFailure)
  }
}

/** Who is online is who has a lease: every instance can tell. */
export function createWhoIsOnline(redis: Redis): WhoIsOnline {
  return async (deviceIds) => {
    if (deviceIds.length === 0) return new Set()
    const leases = await redis.mget(deviceIds.map(sessionKey)).catch(rethrowRedisError)
    return new Set(deviceIds.filter((_deviceId, index) => leases[index] !== null))
  }
}
