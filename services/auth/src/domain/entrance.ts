import { Problem, type Login, type SecondFactor } from '@parley/contracts'
import { z } from 'zod'
import type { Quota, Quotas, Random, TicketStore } from './ports.ts'
import type { SecondFactors } from './second-factors.ts'
import type { Sessions, Wish } from './sessions.ts'

export type Entrance = {
  /**
   * Lets somebody in who has proven by `method` who they are.
   * @throws Problem `second-factor-required` with a challenge for somebody who has to show more
   */
  enter: (who: { userId: string; method: string }, wish: Wish) => Promise<Login>
  /** Whose challenge it is. @throws Problem `unauthorized` for one that is unknown, answered or too old */
  whose: (challenge: string) => Promise<string>
  /** @throws Problem `unauthorized` for a wrong code, `rate-limited` after five of them */
  answer: (given: { challenge: string; method: SecondFactor; code: string }, wish: Wish) => Promise<Login>
}

export type EntrancePorts = {
  sessions: Pick<Sessions, 'begin'>
  factors: Pick<SecondFactors, 'methodsOf' | 'show' | 'markRecent'>
  tickets: TicketStore
  quotas: Quotas
  random: Pick<Random, 'newToken'>
  now: () => Date
}

const lifeS = 300
const tries: readonly Quota[] = [{ points: 5, seconds: lifeS }]
const name = 'challenge'
const Kept = z.object({ userId: z.uuid(), method: z.string() })

/** The last door of every way of logging in. */
export function createEntrance({ sessions, factors, tickets, quotas, random, now }: EntrancePorts): Entrance {
  async function read(challenge: string): Promise<z.infer<typeof Kept>> {
    const kept = Kept.safeParse(await tickets.read(name, challenge)).data
    if (!kept) throw new Problem('unauthorized', 'The challenge is not valid any more: log in again')
    return kept
  }

  return {
    enter: async (who, wish) => {
      const methods = await factors.methodsOf(who.userId)
      if (methods.length === 0) return sessions.begin(who, wish)
      const token = random.newToken()
      const expiresAt = new Date(now().getTime() + lifeS * 1_000)
      await tickets.save(name, token, who, expiresAt)
      const challenge = { token, expiresAt: expiresAt.toISOString(), methods }
      throw new Problem('second-factor-required', 'Show your second factor', { challenge })
    },

    whose: async (challenge) => (await read(challenge)).userId,

    answer: async ({ challenge, method, code }, wish) => {
      const who = await read(challenge)
      const waitS = await quotas.take(name, challenge, tries)
      if (waitS > 0) throw new Problem('rate-limited', 'Too many wrong codes: log in again')
      await factors.show(who.userId, method, code)
      if (!(await tickets.take(name, challenge)))
        throw new Problem('unauthorized', 'The challenge was answered already')
      const login = await sessions.begin(who, wish)
      await factors.markRecent(login.person.sessionId)
      return login
    },
  }
}
