import type { ServerResponse } from 'node:http'
import { Problem } from '@parley/contracts'
import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { RateClass } from '../routes/route.ts'

/** So many requests in so many seconds. */
export type Quota = { points: number; seconds: number }

export type RateLimits = {
  /**
   * Counts one request of a user, or of an address where nobody is known; pairing of both, since accounts cost nothing. Says
   * in headers what is left. @throws Problem `rate-limited`
   */
  take: (rate: RateClass, who: Who, response: Pick<ServerResponse, 'setHeader'>) => Promise<void>
  /** @throws Problem `rate-limited` for an address whose credentials were refused too often */
  checkRefusals: (address: string) => Promise<void>
  /** Counts a request that was refused for its credentials. */
  countRefusal: (address: string) => Promise<void>
}

/** Who asks, as far as it is known. */
export type Who = { userId: string | undefined; address: string }

type Limiter = {
  quota: Quota
  consume: (who: string) => Promise<RateLimiterRes>
  look: (who: string) => Promise<RateLimiterRes | null>
}

/**
 * Limits shared by all instances, in Redis. While Redis is away each instance counts for itself, so that neither everybody
 * is locked out nor everything is allowed.
 */
export function createRateLimits(redis: Redis, quotas: Record<RateClass | 'refused', Quota>): RateLimits {
  const limiters = Object.fromEntries(
    Object.entries(quotas).map(([name, quota]) => [name, createLimiter(redis, name, quota)]),
  ) as Record<RateClass | 'refused', Limiter>

  return {
    take: async (rate, { userId, address }, response) => {
      const { quota, consume } = limiters[rate]
      const names = [userId ?? toNetwork(address), ...(userId && rate === 'pairing' ? [toNetwork(address)] : [])]
      const results = await Promise.all(names.map(consume))
      const result = results.reduce((worst, one) => (one.consumedPoints > worst.consumedPoints ? one : worst))
      const resetS = Math.ceil(result.msBeforeNext / 1_000)
      response.setHeader('RateLimit-Policy', `"${rate}";q=${quota.points};w=${quota.seconds}`)
      response.setHeader('RateLimit', `"${rate}";r=${Math.max(result.remainingPoints, 0)};t=${resetS}`)
      if (result.consumedPoints > quota.points) throw tooMany(resetS)
    },
    checkRefusals: async (address) => {
      const { quota, look } = limiters.refused
      const seen = await look(toNetwork(address))
      if (seen && seen.consumedPoints >= quota.points) throw tooMany(Math.ceil(seen.msBeforeNext / 1_000))
    },
    countRefusal: async (address) => void (await limiters.refused.consume(toNetwork(address))),
  }
}

function createLimiter(redis: Redis, name: string, { points, seconds: duration }: Quota): Limiter {
  const limits = { points, duration, keyPrefix: `rate:${name}` }
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    useRedisPackage: false,
    // Otherwise each request would wait for the connection to come back before it is counted here.
    rejectIfRedisNotReady: true,
    insuranceLimiter: new RateLimiterMemory(limits),
    ...limits,
  })
  return {
    quota: { points, seconds: duration },
    consume: (who) =>
      limiter.consume(who).catch((refused: unknown) => {
        if (refused instanceof RateLimiterRes) return refused
        throw refused
      }),
    look: (who) => limiter.get(who),
  }
}

function tooMany(seconds: number): Problem {
  return new Problem('rate-limited', `Too many requests; try again in ${seconds} s`, { retryAfterS: seconds })
}

/** Whoever has one address of IPv6 has the other 2^64 of its network, too. */
function toNetwork(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address
  const [head = '', tail] = address.split('::')
  const groups = head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter(Boolean).length
  return [...groups, ...Array.from({ length: missing }, () => '0')].slice(0, 4).join(':')
}
