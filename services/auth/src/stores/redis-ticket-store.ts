import { rethrowRedisError, type RedisStore } from '@parley/service-kit'
import { z } from 'zod'
import type { TicketStore } from '../domain/ports.ts'
import { digest } from './digest.ts'

const Kept = z.object({ value: z.unknown(), expiresAt: z.iso.datetime() })
/** Redis forgets a while later than the clock that counts. */
const marginMs = 60_000

/** What belongs to tokens, in Redis by their digests: `ticket:{name}:{sha256}`. */
export function createRedisTicketStore(redis: RedisStore['redis'], now: () => Date): TicketStore {
  const keyOf = (name: string, token: string) => `ticket:${name}:${digest(token)}`
  const read = (text: string | null): unknown => {
    const kept = text === null ? undefined : Kept.safeParse(JSON.parse(text)).data
    return kept && new Date(kept.expiresAt) > now() ? kept.value : undefined
  }
  const put = (value: unknown, expiresAt: Date): [text: string, ttlMs: number] => [
    JSON.stringify({ value, expiresAt: expiresAt.toISOString() }),
    Math.max(expiresAt.getTime() - now().getTime(), 0) + marginMs,
  ]

  return {
    save: async (name, token, value, expiresAt) => {
      const [text, ttlMs] = put(value, expiresAt)
      await redis.set(keyOf(name, token), text, 'PX', ttlMs).catch(rethrowRedisError)
    },
    saveNew: async (name, token, expiresAt) => {
      const key = keyOf(name, token)
      if (read(await redis.get(key).catch(rethrowRedisError))) return false
      const [text, ttlMs] = put(true, expiresAt)
      return (await redis.set(key, text, 'PX', ttlMs, 'NX').catch(rethrowRedisError)) === 'OK'
    },
    read: async (name, token) => read(await redis.get(keyOf(name, token)).catch(rethrowRedisError)),
    take: async (name, token) => read(await redis.getdel(keyOf(name, token)).catch(rethrowRedisError)),
  }
}
