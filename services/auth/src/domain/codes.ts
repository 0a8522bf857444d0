import { createHmac, timingSafeEqual } from 'node:crypto'
import { Problem } from '@parley/contracts'
import type { Random } from './ports.ts'

export type KeptCode = { digest: string; expiresAt: Date }

export type CodeStore = {
  /** Replaces the one that was kept under this name. */
  save: (name: string, code: KeptCode) => Promise<void>
  /** Counts a try, before anything is compared. `tries` has this one in it. */
  countTry: (name: string) => Promise<(KeptCode & { tries: number }) | undefined>
  /** Removes a code, if it is still this one; of two at the same time, one is told so. */
  take: (name: string, digest: string) => Promise<boolean>
}

export type CodePurpose = 'login' | 'phone' | 'reset' | 'mfa'

export type Codes = {
  /** A new code, in place of the one before. `who` is whom it belongs to: a number, or somebody. */
  issue: (purpose: CodePurpose, who: string) => Promise<string>
  /** @throws Problem `unauthorized`, the same for a wrong code, one that is too old, used or tried too often, and none at all */
  check: (purpose: CodePurpose, who: string, code: string) => Promise<void>
}

export type CodePorts = { store: CodeStore; random: Pick<Random, 'newCode'>; now: () => Date }

export const codeLifeS = 300
const mostTries = 5

/**
 * Codes of six digits: good for five minutes, one use and five tries, and kept as an HMAC, so that whoever reads the store
 * cannot use them.
 * @param pepper the key of the HMAC
 */
export function createCodes({ store, random, now }: CodePorts, { pepper }: { pepper: Buffer }): Codes {
  const nameOf = (purpose: CodePurpose, who: string) => `${purpose}:${digestOf('name', who)}`
  const digestOf = (...parts: string[]) => createHmac('sha256', pepper).update(JSON.stringify(parts)).digest('hex')

  return {
    issue: async (purpose, who) => {
      const code = random.newCode()
      const expiresAt = new Date(now().getTime() + codeLifeS * 1_000)
      await store.save(nameOf(purpose, who), { digest: digestOf(purpose, who, code), expiresAt })
      return code
    },

    check: async (purpose, who, code) => {
      const name = nameOf(purpose, who)
      const kept = await store.countTry(name)
      const given = Buffer.from(digestOf(purpose, who, code), 'hex')
      const right = kept !== undefined && timingSafeEqual(Buffer.from(kept.digest, 'hex'), given)
      const good = right && kept.tries <= mostTries && kept.expiresAt > now()
      if (!good || !(await store.take(name, kept.digest))) throw wrongCode()
    },
  }
}

export function wrongCode(): Problem {
  return new Problem('unauthorized', 'The code is not right, or not valid any more')
}
