import { repeat, type Logger } from '@parley/service-kit'
import { Counter, type Registry } from 'prom-client'
import { v7 as newId } from 'uuid'
import type { Config } from './config.ts'
import type { LanguageModel } from './domain/language-model.ts'
import { createFacts, type Facts } from './domain/memory/facts.ts'
import type { Embedder, FactStore, ReviewStore } from './domain/memory/ports.ts'
import { createRecall, type Recall } from './domain/memory/recall.ts'
import { createReviewQueue, type ReviewQueue } from './domain/memory/review-queue.ts'
import { createReview } from './domain/memory/review.ts'
import type { Clock } from './domain/ports.ts'

export type MemoryGiven = {
  facts: FactStore
  reviews: ReviewStore
  /** What makes titles and summaries and finds facts; undefined where none can. */
  model: LanguageModel | undefined
  embed: Embedder | undefined
  clock: Clock
  metrics: Registry
  log: Logger
}

export type Memory = AsyncDisposable & { recall: Recall; facts: Facts; said: ReviewQueue['later'] }

/** However busy its instance is, a conversation is looked through after so long. */
const patienceMs = 120_000
const sweepMs = 600_000
/** What could not be looked through in so long is left. */
const sweepSinceMs = 2 * 86_400_000
const sweepMost = 20

/** What outlives the words in the prompt: recalled for replies, and brought up to date off their path. */
export function openMemory({ facts, reviews, model, embed, clock, metrics, log }: MemoryGiven, config: Config): Memory {
  const done = new Counter({
    name: 'parley_chat_reviews_total',
    help: 'Titles, summaries and searches for facts',
    labelNames: ['what', 'outcome'],
    registers: [metrics],
  })
  const stack = new AsyncDisposableStack()
  const review = createReview(
    {
      reviews,
      facts,
      model,
      embed,
      clock,
      newId,
      done: (what, outcome, error) => {
        done.inc({ what, outcome })
        if (error) log.warn({ error, what }, 'a conversation was not looked through')
      },
    },
    config,
  )
  const failed = (error: unknown) => log.warn({ error }, 'a conversation was not looked through')
  const queue = stack.use(createReviewQueue(review, { clock, failed }, { quietMs: config.reviewQuietMs, patienceMs }))
  // What another instance did not come to, because it ended.
  const sweep = async () => {
    const now = clock.date().getTime()
    const before = new Date(now - config.reviewQuietMs - patienceMs)
    const waiting = await reviews.listWaiting({ before, since: new Date(now - sweepSinceMs), limit: sweepMost })
    for (const id of waiting) queue.later(id, { first: true })
  }
  if (config.reviews)
    stack.use(repeat({ everyMs: sweepMs, work: sweep, what: 'quiet conversations were not looked for', log }))

  return {
    recall: createRecall(
      { facts, embed, clock, failed: (error) => log.warn({ error }, 'nothing was recalled') },
      { mostCharacters: config.memoryInPrompt, patienceMs: config.recallTimeoutMs },
    ),
    facts: createFacts({ facts, embed, clock, newId }),
    said: config.reviews ? queue.later : () => undefined,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
