import { Problem } from '@parley/contracts'
import { rethrowRedisError, type RedisStore } from '@parley/service-kit'
import { z } from 'zod'
import type { Place, SessionStore } from '../domain/ports.ts'
import type { Session } from '../domain/session.ts'

/** Writes when the value is still the one that was read, where none is the empty text. */
const replaceScript = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1`

/** Changes of one session come from one person: more than a few at once is a fault of somebody's. */
const mostAttempts = 10

const StoredSession = z.object({
  roomId: z.string(),
  rtcUserId: z.string(),
  taskId: z.string(),
  phase: z.enum(['idle', 'started', 'ending']),
})

/** Sessions in Redis: `rtc:session:{userId}:{sceneId}` holds one as JSON for `ttlS` after its last use. */
export function createRedisSessionStore(redis: RedisStore['redis'], { ttlS }: { ttlS: number }): SessionStore {
  const read = async (place: Place) => (await redis.get(toKey(place)).catch(rethrowRedisError)) ?? ''

  async function replace(place: Place, text: string, session: Session): Promise<boolean> {
    const next = JSON.stringify(session)
    return (await redis.eval(replaceScript, 1, toKey(place), text, next, ttlS).catch(rethrowRedisError)) === 1
  }

  return {
    find: async (place) => readSession(await read(place)),
    forget: (places) =>
      places.length === 0 ? Promise.resolve(0) : redis.del(places.map(toKey)).catch(rethrowRedisError),
    change: async (place, first, change) => {
      for (let attempt = 0; attempt < mostAttempts; attempt++) {
        const text = await read(place)
        const before = readSession(text) ?? first
        const after = change(before)
        if (await replace(place, text, after)) return { before, after }
      }
      throw new Problem('conflict', 'Too much happens to this voice chat at once')
    },
  }
}

const toKey = ({ userId, sceneId }: Place) => `rtc:session:${userId}:${sceneId}`

/** A value that is no session, such as another version's, is none. */
function readSession(text: string): Session | undefined {
  if (text === '') return undefined
  try {
    return StoredSession.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
