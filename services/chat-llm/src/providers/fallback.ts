import { toProblem, type Problem } from '@parley/contracts'
import type { LanguageModel, ModelOptions, ModelPart, ModelRequest } from '../domain/language-model.ts'

export type ProviderFailure = (provider: string, problem: Problem) => void

/**
 * A model made of models: asks the first, and the next one when that fails before its first part; never after, because
 * what was said cannot be taken back.
 */
export function createFallback(models: readonly LanguageModel[], onFailure: ProviderFailure): LanguageModel {
  const [first] = models
  if (!first) throw new Error('A fallback needs at least one language model')

  async function* stream(request: ModelRequest, options: ModelOptions): AsyncGenerator<ModelPart, void> {
    const { signal } = options
    for (const [index, model] of models.entries()) {
      let answering = false
      try {
        for await (const part of model.stream(request, options)) {
          answering = true
          yield part
        }
        return
      } catch (error) {
        signal.throwIfAborted()
        const problem = toProblem(error)
        onFailure(model.name, problem)
        if (answering || index === models.length - 1 || !mayTryAnother(problem)) throw problem
      }
    }
  }

  return { name: first.name, model: first.model, stream }
}

function mayTryAnother({ code, retryable }: Problem): boolean {
  return retryable || code === 'provider-rejected'
}
