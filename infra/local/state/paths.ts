import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** Where a clone keeps what `npm start` makes. */
export type LocalPaths = {
  clone: string
  running: string
  secrets: string
  logs: string
  /** What services keep on disk: recordings, photos, firmware. */
  data: string
  nats: string
  redis: string
  /** As root outside the clone: PostgreSQL's user cannot enter a clone that lies in a private folder. */
  postgres: string
}

/** @param state where all of it is kept: `.parley` in the clone, unless it shall be somewhere else for once */
export function localPaths(
  clone: string,
  asRoot = process.getuid?.() === 0,
  state = join(clone, '.parley'),
): LocalPaths {
  const own = state === join(clone, '.parley') ? clone : state
  return {
    clone,
    running: join(state, 'running.json'),
    secrets: join(state, 'secrets.json'),
    logs: join(state, 'logs'),
    data: join(state, 'data'),
    nats: join(state, 'nats'),
    redis: join(state, 'redis'),
    postgres: asRoot ? join('/var/lib/parley', cloneId(own)) : join(state, 'postgres'),
  }
}

/** Short, and different for every clone on the machine. */
export const cloneId = (clone: string): string => createHash('sha256').update(clone).digest('hex').slice(0, 12)
