import { Problem } from '@parley/contracts'

/** For a Redis that does not answer. @throws Problem `unavailable` */
export function rethrowUnavailable(cause: unknown): never {
  throw new Problem('unavailable', 'The session store is not available at the moment', { cause })
}
