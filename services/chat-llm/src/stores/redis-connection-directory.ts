import { rethrowRedisError, type RedisStore } from '@parley/service-kit'
import { z } from 'zod'
import type { Connected, ConnectionDirectory } from '../domain/mcp/ports.ts'

const lifeMs = 90_000

const Kept = z.object({
  about: z.object({ name: z.string(), version: z.string() }),
  connectedAt: z.iso.datetime().transform((at) => new Date(at)),
  tools: z.array(
    z.object({ name: z.string(), description: z.string(), inputSchema: z.record(z.string(), z.unknown()) }),
  ),
})

/**
 * Connections of tool servers in Redis: `mcp:connections:{agent}` has their ids, `mcp:connection:{id}` what each is. Both run
 * out when the instance that holds the sockets does not note them again.
 */
export function createRedisConnectionDirectory({ redis }: RedisStore): ConnectionDirectory {
  const idsOf = (agentId: string) => `mcp:connections:${agentId}`
  const one = (connectionId: string) => `mcp:connection:${connectionId}`

  async function list(agentId: string): Promise<Connected[]> {
    const ids = await redis.smembers(idsOf(agentId))
    if (ids.length === 0) return []
    const texts = await redis.mget(ids.map(one))
    const found = ids.flatMap((connectionId, index) => {
      const read = Kept.safeParse(parse(texts[index]))
      return read.success ? [{ connectionId, ...read.data }] : []
    })
    const gone = ids.filter((_, index) => !texts[index])
    if (gone.length > 0) await redis.srem(idsOf(agentId), ...gone)
    return found.toSorted((first, second) => first.connectedAt.getTime() - second.connectedAt.getTime())
  }

  return {
    lifeMs,
    note: async (agentId, { connectionId, ...kept }) => {
      await redis
        .multi()
        .set(one(connectionId), JSON.stringify(kept), 'PX', lifeMs)
        .sadd(idsOf(agentId), connectionId)
        .pexpire(idsOf(agentId), lifeMs)
        .exec()
        .catch(rethrowRedisError)
    },
    forget: async (agentId, connectionId) => {
      await redis.multi().del(one(connectionId)).srem(idsOf(agentId), connectionId).exec().catch(rethrowRedisError)
    },
    list: (agentId) => list(agentId).catch(rethrowRedisError),
  }
}

function parse(text: string | null | undefined): unknown {
  return text ? JSON.parse(text) : undefined
}
