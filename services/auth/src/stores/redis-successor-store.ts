import { createHash } from 'node:crypto'
import { rethrowRedisError, Secret, type RedisStore } from '@parley/service-kit'
import { z } from 'zod'
import type { Successor, Successors } from '../domain/session-ports.ts'
import { createSealing } from '../providers/sealing.ts'
import type { Sealing } from './prisma-signing-key-store.ts'

const Stored = z.object({ id: z.uuid(), token: z.string() })
const about = 'successor'

/**
 * Successors of refresh tokens in Redis: `refresh_successor:{sha256 of the token}`, encrypted (AES-256-GCM) by a key that
 * is made of the token itself, so that nobody without the token can read what succeeds it.
 */
export function createRedisSuccessorStore(redis: RedisStore['redis'], { graceS }: { graceS: number }): Successors {
  const find = async (token: string) => {
    const sealed = await redis.getBuffer(toName(token)).catch(rethrowRedisError)
    return sealed ? open(token, sealed) : undefined
  }
  return {
    find,
    propose: async (token, successor) => {
      const first = await redis.set(toName(token), seal(token, successor), 'EX', graceS, 'NX').catch(rethrowRedisError)
      return first ? successor : ((await find(token)) ?? successor)
    },
    keep: async (token, successor) =>
      void (await redis.set(toName(token), seal(token, successor), 'EX', graceS).catch(rethrowRedisError)),
  }
}

function toName(token: string): string {
  return `refresh_successor:${createHash('sha256').update(token).digest('hex')}`
}

function seal(token: string, successor: Successor): Buffer {
  return Buffer.from(sealingBy(token).seal(JSON.stringify(successor), about))
}

function open(token: string, sealed: Buffer): Successor | undefined {
  const text = sealingBy(token).open(sealed, about)
  return text === undefined ? undefined : Stored.parse(JSON.parse(text))
}

function sealingBy(token: string): Sealing {
  return createSealing([new Secret(token)], 'parley refresh successor')
}
