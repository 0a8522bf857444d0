import { createHash } from 'node:crypto'
import { Problem } from '@parley/contracts'
import type { Redis } from 'ioredis'
import { z } from 'zod'

/** What was answered to a request, so that its repetition can be answered the same. */
export type Answered = { status: number; body: unknown }

export type Idempotency = {
  /**
   * Does the work of a request once, however often it comes: a repetition within a day gets the same answer. What fails is
   * forgotten, so that it can be tried again.
   * @param who whose key it is: others may use the same one
   * @param request what the key stands for
   * @throws Problem `bad-request` when the key stands for another request; `conflict` while the first one is under way;
   * `unavailable` when it cannot be known
   */
  once: (
    given: { who: string; key: string; request: unknown },
    work: () => Promise<Answered>,
  ) => Promise<Answered & { replayed: boolean }>
}

const keptS = 86_400
/** An instance that dies in the middle holds the key for so long. */
const runningS = 120

const Kept = z.object({ fingerprint: z.string(), status: z.number().optional(), body: z.unknown().optional() })

/** `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header), in Redis: `idempotency:{sha256 of who and key}`. */
export function createIdempotency(redis: Pick<Redis, 'set' | 'get' | 'del'>): Idempotency {
  async function begin(name: string, fingerprint: string): Promise<z.output<typeof Kept> | undefined> {
    try {
      const begun = await redis.set(name, JSON.stringify({ fingerprint }), 'EX', runningS, 'NX')
      if (begun) return undefined
      // Gone in between: then the one before has failed just now.
      return Kept.parse(JSON.parse((await redis.get(name)) ?? '{"fingerprint":""}'))
    } catch (cause) {
      throw new Problem('unavailable', 'It cannot be known whether this was done already; try again', { cause })
    }
  }

  return {
    once: async ({ who, key, request }, work) => {
      const name = `idempotency:${digest(JSON.stringify([who, key]))}`
      const fingerprint = digest(JSON.stringify(request))
      const known = await begin(name, fingerprint)
      if (known && known.fingerprint !== '' && known.fingerprint !== fingerprint)
        throw new Problem('bad-request', 'This Idempotency-Key was used for another request')
      if (known?.status !== undefined) return { status: known.status, body: known.body, replayed: true }
      if (known)
        throw new Problem('conflict', 'The first request with this Idempotency-Key is still under way', {
          retryAfterS: 1,
        })
      try {
        const answered = await work()
        // What was done is done, whether it can be remembered or not.
        await redis.set(name, JSON.stringify({ fingerprint, ...answered }), 'EX', keptS).catch(() => undefined)
        return { ...answered, replayed: false }
      } catch (error) {
        await redis.del(name).catch(() => undefined)
        throw error
      }
    },
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
