import { toProblem, type Problem } from '@parley/contracts'
import type { Breaker } from '@parley/service-kit'
import type { LanguageModel, ModelOptions, ModelPart, ModelRequest } from '../domain/language-model.ts'

/** One model of a chain, and whether its vendor is worth asking. */
export type Member = { model: LanguageModel; breaker: Breaker }

export type FallbackGiven = {
  /** The model that a request would rather have, by its id; undefined for one that cannot be had. */
  find?: (id: string) => Promise<Member | undefined>
  onFailure: (provider: string, problem: Problem) => void
}

/**
 * A model made of models: asks the one that is preferred, else the first, and the next one when that fails before its first
 * part; never after, because what was said cannot be taken back. One whose vendor failed lately is passed over, unless that
 * goes for all of them.
 */
export function createFallback(
  members: readonly Member[],
  { find = async () => undefined, onFailure }: FallbackGiven,
): LanguageModel {
  const [first] = members
  if (!first) throw new Error('A fallback needs at least one language model')

  async function order({ prefer }: ModelRequest): Promise<readonly Member[]> {
    const preferred = prefer === undefined ? undefined : await find(prefer)
    const all = preferred ? [preferred, ...members.filter(({ model }) => model !== preferred.model)] : members
    const ready = all.filter(({ breaker }) => breaker.ready)
    return ready.length > 0 ? ready : all
  }

  async function* stream(request: ModelRequest, options: ModelOptions): AsyncGenerator<ModelPart, void> {
    const { signal } = options
    const candidates = await order(request)
    for (const [index, { model, breaker }] of candidates.entries()) {
      let answering = false
      breaker.asked()
      try {
        for await (const part of model.stream(request, options)) {
          if (!answering) breaker.succeeded()
          answering = true
          yield part
        }
        return
      } catch (error) {
        signal.throwIfAborted()
        const problem = toProblem(error)
        if (problem.retryable) breaker.failed()
        onFailure(model.name, problem)
        if (answering || index === candidates.length - 1 || !mayTryAnother(problem)) throw problem
      }
    }
  }

  return { name: first.model.name, model: first.model.model, stream }
}

function mayTryAnother({ code, retryable }: Problem): boolean {
  return retryable || code === 'provider-rejected'
}
