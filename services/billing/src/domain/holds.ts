import { createHash } from 'node:crypto'
import { Problem, type Consumption, type Hold, type Payer } from '@parley/contracts'
import { createBatches } from './batches.ts'
import type { LedgerStore, Refusal, Step } from './ports.ts'

export type ReserveInput = {
  holdId: string
  payer: Payer
  most: Consumption[]
  lifeS: number
  purpose: string
  reference?: string | undefined
}

export type Holds = {
  reserve: (input: ReserveInput) => Promise<Hold>
  extend: (input: Pick<ReserveInput, 'holdId' | 'most' | 'lifeS'>) => Promise<Hold>
  settle: (input: {
    holdId: string
    used: Consumption
    by: 'payer' | 'platform'
    partial?: boolean | undefined
  }) => Promise<Hold>
  void: (input: { holdId: string }) => Promise<Hold>
}

const refusals: Record<Refusal, string> = {
  'insufficient-credits': 'There are not enough credits for this',
  conflict: 'This hold is already something else',
  'not-found': 'There is no such hold',
}

/** Batches of so many steps keep a transaction short; two of them, so that one is worked on while the other is written. */
const limits = { most: 128, atOnce: 2, waiting: 10_000 }

/** Holds of credits, from before something is used until it is known what was. */
export function createHolds(store: Pick<LedgerStore, 'work'>): Holds {
  const carryOut = createBatches(store.work, limits)

  async function ask(step: Step): Promise<Hold> {
    const outcome = await carryOut(step)
    if (outcome.refused) throw new Problem(outcome.refused, refusals[outcome.refused])
    const { expiresAt, ...hold } = outcome.hold
    return { ...hold, expiresAt: expiresAt.toISOString() }
  }

  return {
    reserve: ({ holdId: hold, payer, most, lifeS: life, purpose, reference }) => {
      const owner = payer === 'platform' ? undefined : payer.userId
      const terms = digest([owner, most, life, purpose, reference])
      return ask({ op: 'reserve', hold, owner, most, life, purpose, reference, terms })
    },
    extend: ({ holdId: hold, most, lifeS: life }) => ask({ op: 'extend', hold, most, life }),
    settle: ({ holdId: hold, used, by, partial = false }) =>
      ask({ op: 'settle', hold, used, platform: by === 'platform', partial, terms: digest([used, by, partial]) }),
    void: ({ holdId: hold }) => ask({ op: 'void', hold }),
  }
}

/** The inputs were read by their schema, which puts their fields in one order. */
function digest(content: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url')
}
