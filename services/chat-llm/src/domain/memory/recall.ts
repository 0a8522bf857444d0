import type { Fact } from '@parley/contracts'
import type { Clock } from '../ports.ts'
import type { Embedder, FactStore } from './ports.ts'
import { toWords } from './words.ts'

export type RecallPorts = {
  facts: Pick<FactStore, 'newest' | 'byWords' | 'byMeaning'>
  /** Undefined where no model compares meanings. */
  embed: Embedder | undefined
  clock: Pick<Clock, 'after'>
  /** Told of what could not be recalled: the reply goes on without it. */
  failed: (error: unknown) => void
}

/** What of the owner is worth knowing for this question, best first, within the room that a prompt has for it. */
export type Recall = (ownerId: string, question: string, signal: AbortSignal) => Promise<Fact[]>

/** So many fit into most prompts as they are: no choice has to be made. */
const fewFacts = 40
const mostFound = 30
const newestAmong = 10
/** The constant of reciprocal rank fusion. */
const fusion = 60

/** Recalls facts in time for a reply: by words, by meaning where there is a model for it, and the newest ones. */
export function createRecall(
  { facts, embed, clock, failed }: RecallPorts,
  { mostCharacters, patienceMs }: { mostCharacters: number; patienceMs: number },
): Recall {
  async function nearest(ownerId: string, question: string, signal: AbortSignal): Promise<Fact[]> {
    if (!embed) return []
    const [meaning] = await embed([question], { signal })
    return meaning ? facts.byMeaning(ownerId, meaning, mostFound) : []
  }

  async function find(ownerId: string, question: string, signal: AbortSignal): Promise<Fact[]> {
    const newest = await facts.newest(ownerId, fewFacts + 1)
    if (newest.length <= fewFacts) return newest
    const [worded, near] = await Promise.all([
      facts.byWords(ownerId, toWords(question), mostFound),
      // Without a vendor's answer the words have to do.
      nearest(ownerId, question, signal).catch((error: unknown) => {
        failed(error)
        return []
      }),
    ])
    return fuse([worded, near, newest.slice(0, newestAmong)])
  }

  return async (ownerId, question, signal) => {
    const patience = new AbortController()
    const late = Promise.withResolvers<never>()
    const callOff = clock.after(patienceMs, () => {
      late.reject(new Error(`Nothing was recalled within ${patienceMs} ms`))
      patience.abort()
    })
    try {
      const found = find(ownerId, question, AbortSignal.any([signal, patience.signal]))
      found.catch(() => undefined)
      return within(mostCharacters, await Promise.race([found, late.promise]))
    } catch (error) {
      if (!signal.aborted) failed(error)
      return []
    } finally {
      callOff()
    }
  }
}

/** Lists of the same things, each best first, as one: what stands high in several of them comes first. */
function fuse(lists: Fact[][]): Fact[] {
  const scores = new Map<string, { fact: Fact; score: number }>()
  for (const list of lists)
    for (const [rank, fact] of list.entries()) {
      const before = scores.get(fact.factId)?.score ?? 0
      scores.set(fact.factId, { fact, score: before + 1 / (fusion + rank) })
    }
  return [...scores.values()].toSorted((one, other) => other.score - one.score).map(({ fact }) => fact)
}

function within(mostCharacters: number, facts: Fact[]): Fact[] {
  let left = mostCharacters
  return facts.filter(({ text }) => (left -= text.length) >= 0)
}
