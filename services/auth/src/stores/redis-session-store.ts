import { Principal, Problem } from '@parley/contracts'
import type { RedisStore } from '@parley/service-kit'
import type { SessionStore } from '../domain/ports.ts'

/** Sessions in Redis: `token:{t}` holds the principal as JSON for as long as the token is good. */
export function createRedisSessionStore(redis: RedisStore['redis']): SessionStore {
  return {
    save: async (token, principal, ttlS) => {
      await redis.set(toKey(token), JSON.stringify(principal), 'EX', ttlS).catch(toUnavailable)
    },
    find: async (token) => readPrincipal(await redis.get(toKey(token)).catch(toUnavailable)),
    end: async (token) => readPrincipal(await redis.getdel(toKey(token)).catch(toUnavailable)),
  }
}

const toKey = (token: string) => `token:${token}`

/** A value that is no principal, such as an older deployment's, is no session. */
function readPrincipal(text: string | null): Principal | undefined {
  if (text === null) return undefined
  try {
    return Principal.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function toUnavailable(cause: unknown): never {
  throw new Problem('unavailable', 'The session store is not available at the moment', { cause })
}
