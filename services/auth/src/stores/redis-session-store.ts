import { Person } from '@parley/contracts'
import { rethrowRedisError, type RedisStore } from '@parley/service-kit'
import { z } from 'zod'
import type { Session, SessionStore } from '../domain/ports.ts'

const Stored = Person.extend({ expiresAt: z.iso.datetime() })

/**
 * Sessions in Redis: `token:{t}`, or `admin_token:{t}` of an administrator, holds the person as JSON for as long as the
 * token is good. Older clients and tools know these names.
 */
export function createRedisSessionStore(redis: RedisStore['redis']): SessionStore {
  return {
    save: async (token, { person, expiresAt }) => {
      const value = JSON.stringify({ ...person, expiresAt: expiresAt.toISOString() })
      const key = person.kind === 'admin' ? adminKey(token) : userKey(token)
      await redis.set(key, value, 'PXAT', expiresAt.getTime()).catch(rethrowRedisError)
    },
    find: async (token) => {
      const [user, admin] = await redis.mget(userKey(token), adminKey(token)).catch(rethrowRedisError)
      return readSession(user, 'user') ?? readSession(admin, 'admin')
    },
    end: async (token) => {
      const user = readSession(await redis.getdel(userKey(token)).catch(rethrowRedisError), 'user')
      return user ?? readSession(await redis.getdel(adminKey(token)).catch(rethrowRedisError), 'admin')
    },
  }
}

const userKey = (token: string) => `token:${token}`
const adminKey = (token: string) => `admin_token:${token}`

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
