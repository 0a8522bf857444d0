import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { rethrowRedisError, type RedisStore } from '@parley/service-kit'
import { z } from 'zod'
import type { Successor, Successors } from '../domain/session-ports.ts'

const Stored = z.object({ id: z.uuid(), token: z.string() })
const ivBytes = 12
const tagBytes = 16

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

function toKey(token: string): Buffer {
  return Buffer.from(hkdfSync('sha256', token, '', 'parley refresh successor', 32))
}

function seal(token: string, successor: Successor): Buffer {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', toKey(token), iv)
  const sealed = Buffer.concat([cipher.update(JSON.stringify(successor)), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed])
}

function open(token: string, sealed: Buffer): Successor | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', toKey(token), sealed.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    })
    decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes))
    const text = Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]).toString()
    return Stored.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
