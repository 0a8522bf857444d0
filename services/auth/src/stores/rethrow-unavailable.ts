import { Problem } from '@parley/contracts'

/** For the `catch` of a command to Redis. */
export function rethrowUnavailable(cause: unknown): never {
  throw new Problem('unavailable', 'The session store is not available at the moment', { cause })
}
