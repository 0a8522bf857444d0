import type { ServerResponse } from 'node:http'
import { Problem } from '@parley/contracts'
import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { RateClass } from '../routes/route.ts'

/** So many requests in so many seconds. */
export type Quota = { points: number; seconds: number }

export type RateLimits = {
  /** Counts one request, and says in headers what is left. @throws Problem `rate-limited` */
  take: (rate: RateClass, who: string, response: Pick<ServerResponse, 'setHeader'>) => Promise<void>
  /** Counts a request that was refused for its credentials. @throws Problem `rate-limited` after too many */
  countRefusal: (address: string) => Promise<void>
}

type Limiter = { quota: Quota; consume: (who: string) => Promise<RateLimiterRes> }

/**
 * Limits shared by all instances, in Redis. While Redis is away each instance counts for itself, so that neither everybody
 * is locked out nor everything is allowed.
 */
export function createRateLimits(redis: Redis, quotas: Record<RateClass | 'refused', Quota>): RateLimits {
  const limiters = Object.fromEntries(
    Object.entries(quotas).map(([name, quota]) => [name, createLimiter(redis, name, quota)]),
  ) as Record<RateClass | 'refused', Limiter>

  return {
    take: async (rate, who, response) => {
      const { quota, consume } = limiters[rate]
      const result = await consume(who)
      const resetS = Math.ceil(result.msBeforeNext / 1_000)
      response.setHeader('RateLimit-Policy', `"${rate}";q=${quota.points};w=${quota.seconds}`)
      response.setHeader('RateLimit', `"${rate}";r=${Math.max(result.remainingPoints, 0)};t=${resetS}`)
      if (result.consumedPoints <= quota.points) return
      response.setHeader('Retry-After', String(resetS))
      throw tooMany(resetS)
    },
    countRefusal: async (address) => {
      const { quota, consume } = limiters.refused
      const result = await consume(address)
      if (result.consumedPoints > quota.points) throw tooMany(Math.ceil(result.msBeforeNext / 1_000))
    },
  }
}

function createLimiter(redis: Redis, name: string, { points, seconds: duration }: Quota): Limiter {
  const limits = { points, duration, keyPrefix: `rate:${name}` }
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    useRedisPackage: false,
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
  }
}

function tooMany(seconds: number): Problem {
  return new Problem('rate-limited', `Too many requests; try again in ${seconds} s`)
}
