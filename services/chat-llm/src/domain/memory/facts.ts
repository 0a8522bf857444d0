import { Problem, type Fact, type Person } from '@parley/contracts'
import type { Clock } from '../ports.ts'
import type { Embedder, FactStore } from './ports.ts'
import { toWords } from './words.ts'

/** What is known of a person, in their own hands. */
export type Facts = {
  list: (
    person: Person,
    page: { before?: string | undefined; limit: number },
  ) => Promise<{ facts: Fact[]; before?: string }>
  add: (person: Person, text: string) => Promise<Fact>
  /** @throws Problem `not-found` for one that is not the person's, here and below */
  change: (person: Person, factId: string, text: string) => Promise<Fact>
  delete: (person: Person, factId: string) => Promise<{ deleted: boolean }>
  deleteAll: (person: Person) => Promise<{ deleted: number }>
}

export type FactPorts = {
  facts: FactStore
  embed: Embedder | undefined
  clock: Pick<Clock, 'date'>
  newId: () => string
}

const embedMs = 5_000

export function createFacts({ facts, embed, clock, newId }: FactPorts): Facts {
  /** Without a vendor's answer it is found by its words. */
  async function meaningOf(text: string): Promise<number[]> {
    const meanings = await embed?.([text], { signal: AbortSignal.timeout(embedMs) }).catch(() => [])
    return meanings?.[0] ?? []
  }

  return {
    list: async ({ userId: ownerId }, { before, limit }) => {
      const found = await facts.list({ ownerId, before, limit: limit + 1 })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return { facts: page, ...(found.length > limit && last && { before: last.factId }) }
    },

    add: async ({ userId: ownerId }, text) => {
      const [factId, at] = [newId(), clock.date()]
      const about = { speaker: undefined, sourceMessageId: undefined, replaces: undefined }
      await facts.add([{ factId, ownerId, text, words: toWords(text), meaning: await meaningOf(text), at, ...about }])
      return { factId, text, createdAt: at.toISOString(), updatedAt: at.toISOString() }
    },

    change: async ({ userId }, factId, text) => {
      const change = { text, words: toWords(text), meaning: await meaningOf(text), at: clock.date() }
      const changed = await facts.change(factId, userId, change)
      if (!changed) throw noSuchFact()
      return changed
    },

    delete: async ({ userId }, factId) => {
      if ((await facts.delete([factId], userId)) === 0) throw noSuchFact()
      return { deleted: true }
    },

    deleteAll: async ({ userId }) => ({ deleted: await facts.deleteAll(userId) }),
  }
}

function noSuchFact(): Problem {
  return new Problem('not-found', 'There is no such fact')
}
