import type { LanguageModel } from '../language-model.ts'
import type { Clock } from '../ports.ts'
import { extractFacts, mayTellSomething } from './extract.ts'
import type { Embedder, FactStore, HeardMessage, ReviewOutcome, ReviewStore, UnderReview } from './ports.ts'
import { makeTitle, summarize } from './summarize.ts'
import { toWords } from './words.ts'

export type ReviewPorts = {
  reviews: Pick<ReviewStore, 'claim' | 'finish'>
  facts: Pick<FactStore, 'newest' | 'byWords' | 'add' | 'delete'>
  /** Undefined where there is none that could: titles are the beginning of the question then, and nothing is remembered. */
  model: LanguageModel | undefined
  embed: Embedder | undefined
  clock: Pick<Clock, 'date'>
  newId: () => string
  done: (what: 'title' | 'summary' | 'facts', outcome: 'done' | 'failed', error?: unknown) => void
}

export type ReviewSettings = {
  /** As many messages as a prompt holds: older ones are what a summary is for. */
  messagesInPrompt: number
}

/** How many messages a prompt may lack before they are summed up. */
export const unsummarized = 10
const mostMessages = 200
const claimMs = 120_000

/**
 * Looks through what is new in a conversation: its title, the summary of what a prompt no longer holds, and what is worth
 * knowing of the user. What fails is tried again the next time.
 */
export function createReview(ports: ReviewPorts, { messagesInPrompt }: ReviewSettings) {
  const { reviews, facts, model, embed, clock, newId, done } = ports

  async function attempt<T>(what: 'title' | 'summary' | 'facts', work: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await work()
      done(what, 'done')
      return result
    } catch (error) {
      done(what, 'failed', error)
      return undefined
    }
  }

  async function title({ titled, messages }: UnderReview, signal: AbortSignal): Promise<string | undefined> {
    const roles = new Set(messages.map(({ role }) => role))
    if (titled || roles.size < 2) return undefined
    return (await attempt('title', () => makeTitle(model, messages, signal))) || undefined
  }

  async function summary(under: UnderReview, signal: AbortSignal): Promise<ReviewOutcome['summary']> {
    if (under.memory === 'none' || !model) return undefined
    const since = under.messages.filter(({ id }) => isAfter(id, under.summarizedTo))
    const old = under.complete ? since.slice(0, Math.max(0, since.length - messagesInPrompt)) : since
    const last = old.at(-1)
    if (!last || old.length < unsummarized) return undefined
    const text = await attempt('summary', () => summarize(model, { summary: under.summary, messages: old }, signal))
    return text ? { text, to: last.id } : undefined
  }

  /** @returns the last message that has been looked through, if any has */
  async function remember(under: UnderReview, signal: AbortSignal): Promise<string | undefined> {
    const { ownerId, memory } = under
    const since = under.messages.filter(({ id }) => isAfter(id, under.rememberedTo))
    const said = since.filter((message) => message.role === 'user' && mayTellSomething(message))
    // Another review may have been faster with the same words.
    const last = since.at(-1)?.id ?? under.rememberedTo
    if (memory !== 'facts' || ownerId === undefined || !model || said.length === 0) return last
    const learned = await attempt('facts', () => learn(model, ownerId, said, signal))
    return learned && last
  }

  async function learn(model: LanguageModel, ownerId: string, messages: HeardMessage[], signal: AbortSignal) {
    const words = toWords(messages.map(({ text }) => text).join(' '))
    const [worded, newest] = await Promise.all([facts.byWords(ownerId, words, 40), facts.newest(ownerId, 20)])
    const known = [...new Map([...worded, ...newest].map((fact) => [fact.factId, fact])).values()]
    const learned = await extractFacts(model, { messages, known }, signal)
    const texts = learned.facts.map(({ text }) => text)
    // Facts without a meaning are found by their words.
    const meanings = texts.length > 0 && embed ? await embed(texts, { signal }).catch(() => []) : []
    const at = clock.date()
    await facts.add(
      learned.facts.map(({ text, source, replaces }, index) => ({
        factId: newId(),
        ownerId,
        text,
        speaker: source.speaker,
        words: toWords(text),
        meaning: meanings[index] ?? [],
        sourceMessageId: source.id,
        replaces,
        at,
      })),
    )
    if (learned.forget.length > 0) await facts.delete(learned.forget, ownerId)
    return learned
  }

  return async (conversationId: string, signal: AbortSignal): Promise<void> => {
    const now = clock.date()
    const until = new Date(now.getTime() + claimMs)
    const under = await reviews.claim(conversationId, { now, until, most: mostMessages })
    if (!under) return
    const outcome: ReviewOutcome = {}
    try {
      outcome.title = await title(under, signal)
      outcome.rememberedTo = await remember(under, signal)
      outcome.summary = await summary(under, signal)
      const remembered = under.messages.length === 0 || outcome.rememberedTo !== undefined
      if (under.complete && remembered) outcome.reviewedAt = now
    } finally {
      await reviews.finish(conversationId, outcome)
    }
  }
}

function isAfter(id: string, other: string | undefined): boolean {
  return other === undefined || id > other
}
