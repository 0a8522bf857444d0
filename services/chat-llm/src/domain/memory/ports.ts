import type { Fact, MemoryMode } from '@parley/contracts'

/** A message as it was heard. */
export type HeardMessage = {
  id: string
  role: 'user' | 'assistant'
  text: string
  speaker: string | undefined
  at: Date
}

/** A conversation that is looked through. `messages` are oldest first, from the first that has not been on. */
export type UnderReview = {
  conversationId: string
  ownerId: string | undefined
  memory: MemoryMode
  titled: boolean
  summary: string | undefined
  summarizedTo: string | undefined
  rememberedTo: string | undefined
  messages: HeardMessage[]
  /** Whether `messages` are all there are. */
  complete: boolean
}

/** What a review has found out; what is left out stays as it is. */
export type ReviewOutcome = {
  title?: string | undefined
  summary?: { text: string; to: string } | undefined
  rememberedTo?: string | undefined
  /** When it was begun, if nothing was left over. */
  reviewedAt?: Date | undefined
}

/** Conversations as they are looked through off the reply path, by one instance at a time. */
export type ReviewStore = {
  /** Undefined when another instance has it, or it is gone. */
  claim: (conversationId: string, claim: { now: Date; until: Date; most: number }) => Promise<UnderReview | undefined>
  /** Keeps what was found out, and gives the conversation back. A title that somebody gave meanwhile stays. */
  finish: (conversationId: string, outcome: ReviewOutcome) => Promise<void>
  /** Conversations that have been quiet since `before` and have something new. */
  listWaiting: (page: { before: Date; since: Date; limit: number }) => Promise<string[]>
}

/** A fact to be kept. `words` are what it is found by, `meaning` is a vector or empty. */
export type NewFact = {
  factId: string
  ownerId: string
  text: string
  speaker: string | undefined
  words: string[]
  meaning: number[]
  sourceMessageId: string | undefined
  /** The fact whose place it takes. */
  replaces: string | undefined
  at: Date
}

/** What is known of people. Facts that others have taken the place of are no longer given. */
export type FactStore = {
  /** Last changed first. */
  newest: (ownerId: string, limit: number) => Promise<Fact[]>
  /** Those that have one of these words, best first. */
  byWords: (ownerId: string, words: string[], limit: number) => Promise<Fact[]>
  /** Those that are nearest in meaning, nearest first; ones with vectors of another length are none. */
  byMeaning: (ownerId: string, meaning: number[], limit: number) => Promise<Fact[]>
  add: (facts: NewFact[]) => Promise<void>
  list: (page: { ownerId: string; before: string | undefined; limit: number }) => Promise<Fact[]>
  /** Undefined when it is not the owner's. */
  change: (
    factId: string,
    ownerId: string,
    change: { text: string; words: string[]; meaning: number[]; at: Date },
  ) => Promise<Fact | undefined>
  delete: (factIds: string[], ownerId: string) => Promise<number>
  deleteAll: (ownerId: string) => Promise<number>
}

/** Compares meanings. @throws Problem */
export type Embedder = (texts: string[], options: { signal: AbortSignal }) => Promise<number[][]>
