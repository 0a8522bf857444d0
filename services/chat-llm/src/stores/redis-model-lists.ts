import type { Logger, RedisStore } from '@parley/service-kit'
import { z } from 'zod'
import type { ModelListCache } from '../domain/model-list.ts'

/** The name that older deployments know. */
const key = 'models:list'
const lifeS = 3_600
const Lists = z.record(z.string(), z.array(z.string()))

/** What vendors have, in Redis for an hour. A cache that is away is no cache. */
export function createRedisModelLists({ redis }: RedisStore, log: Logger): ModelListCache {
  const away = (error: unknown) => log.warn({ error }, 'the list of models could not be kept')
  return {
    read: async () => {
      const text = await redis.get(key).catch(away)
      return text ? Lists.safeParse(JSON.parse(text)).data : undefined
    },
    write: async (lists) => {
      await redis.set(key, JSON.stringify(lists), 'EX', lifeS).catch(away)
    },
  }
}
