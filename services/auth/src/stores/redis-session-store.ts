import { Person } from '@parley/contracts'
import { rethrowRedisError, type RedisStore } from '@parley/service-kit'
import { z } from 'zod'
import type { Session, SessionStore } from '../domain/ports.ts'

const Stored = Person.extend({ expiresAt: z.iso.datetime() })

/** The hash that older tools look at is there for a day after the last use. */
const lastSessionTtlS = 86_400

/**
 * Sessions in Redis: `token:{t}`, or `admin_token:{t}` of an administrator, holds the person as JSON for as long as the
 * token is good. Older clients and tools know these names, and `session:{user_id}`: a hash with the last session of a user
 * (`access_token`, `created_at`, `last_active`). `session_token:{id}` leads from a session to its token.
 */
export function createRedisSessionStore(redis: RedisStore['redis']): SessionStore {
  async function forgetNames(sessions: readonly { sessionId: string; userId: string; token: string }[]) {
    for (const { sessionId, userId, token } of sessions) {
      await redis.del(userKey(token), adminKey(token), sessionKey(sessionId))
      if ((await redis.hget(lastKey(userId), 'access_token')) === token) await redis.del(lastKey(userId))
    }
  }

  return {
    save: async (token, { person, expiresAt }, at) => {
      const value = JSON.stringify({ ...person, expiresAt: expiresAt.toISOString() })
      const key = person.kind === 'admin' ? adminKey(token) : userKey(token)
      const time = at.toISOString()
      const last = { access_token: token, created_at: time, last_active: time }
      const results = await redis
        .multi()
        .set(key, value, 'PXAT', expiresAt.getTime())
        .set(sessionKey(person.sessionId), `${person.userId} ${token}`, 'PXAT', expiresAt.getTime())
        .hset(lastKey(person.userId), last)
        .expire(lastKey(person.userId), lastSessionTtlS)
        .exec()
        .catch(rethrowRedisError)
      for (const [error] of results ?? []) if (error) rethrowRedisError(error)
    },
    find: async (token) => {
      const [user, admin] = await redis.mget(userKey(token), adminKey(token)).catch(rethrowRedisError)
      return readSession(user, 'user') ?? readSession(admin, 'admin')
    },
    end: async (token) => {
      const user = readSession(await redis.getdel(userKey(token)).catch(rethrowRedisError), 'user')
      return user ?? readSession(await redis.getdel(adminKey(token)).catch(rethrowRedisError), 'admin')
    },
    forget: async (sessionIds) => {
      if (sessionIds.length === 0) return
      const found = await redis.mget(sessionIds.map(sessionKey)).catch(rethrowRedisError)
      const sessions = sessionIds.flatMap((sessionId, index) => {
        const [userId, token] = found[index]?.split(' ') ?? []
        return userId !== undefined && token !== undefined ? [{ sessionId, userId, token }] : []
      })
      await forgetNames(sessions).catch(rethrowRedisError)
    },
    touch: async (userId, at) => {
      if (!(await redis.exists(lastKey(userId)).catch(rethrowRedisError))) return
      await redis.hset(lastKey(userId), { last_active: at.toISOString() }).catch(rethrowRedisError)
      await redis.expire(lastKey(userId), lastSessionTtlS).catch(rethrowRedisError)
    },
  }
}

const userKey = (token: string) => `token:${token}`
const adminKey = (token: string) => `admin_token:${token}`
const sessionKey = (sessionId: string) => `session_token:${sessionId}`
const lastKey = (userId: string) => `session:${userId}`

/** A value of another make, such as an older deployment's, is no session; nor is one under the other kind's name. */
function readSession(text: string | null | undefined, kind: Person['kind']): Session | undefined {
  if (text === null || text === undefined) return undefined
  const stored = Stored.safeParse(parse(text)).data
  if (stored?.kind !== kind) return undefined
  const { expiresAt, ...person } = stored
  return { person, expiresAt: new Date(expiresAt) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
