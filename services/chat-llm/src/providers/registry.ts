import { createBreaker, breakerDefaults, type Breaker, type Logger } from '@parley/service-kit'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Config } from '../config.ts'
import type { LanguageModel } from '../domain/language-model.ts'
import type { Embedder } from '../domain/memory/ports.ts'
import { createModelList, type ModelList, type ModelListCache, type Vendor } from '../domain/model-list.ts'
import type { ChosenModel } from '../model-config.ts'
import type { Clock } from '../domain/ports.ts'
import { createFallback, type Member } from './fallback.ts'
import { createOffline } from './offline/offline.ts'
import { createOpenAiEmbedder } from './openai/embed.ts'
import { listVendorModels } from './openai/list-models.ts'
import { createOpenAi } from './openai/openai.ts'

type Surroundings = { clock: Clock; cache: ModelListCache; metrics: Registry; log: Logger }

export type LanguageModels = Disposable & {
  /** The models in their order, each the fallback of the one before. */
  standard: LanguageModel
  /** One model by its id, as it is listed; undefined for one that is not. */
  find: (id: string) => Promise<LanguageModel | undefined>
  list: ModelList
  /** One that sees images; undefined without one. */
  vision: LanguageModel | undefined
  /** What makes titles and summaries; undefined where only the offline responder is, which cannot. */
  summary: LanguageModel | undefined
  /** What only says which tool is meant; undefined without one. */
  intent: LanguageModel | undefined
  /** What compares meanings; undefined without one. */
  embed: Embedder | undefined
}

/** The language models of a configuration. The offline responder has no vendor; every other name is an endpoint's. */
export function createLanguageModels(config: Config, { clock, cache, metrics, log }: Surroundings): LanguageModels {
  const failures = new Counter({
    name: 'parley_chat_provider_failures_total',
    help: 'Failed questions to a provider',
    labelNames: ['provider', 'code'],
    registers: [metrics],
  })
  const resting = new Gauge({
    name: 'parley_chat_provider_resting',
    help: 'Whether a provider is left alone because it failed several times in a row',
    labelNames: ['provider'],
    registers: [metrics],
  })
  const breakers = new Map<string, Breaker>()
  const known = new Map<string, Member>()

  function breakerOf(provider: string): Breaker {
    const onChange = (open: boolean) => {
      resting.set({ provider }, open ? 1 : 0)
      log.warn(
        { provider, open },
        open ? 'a language model is left alone for a while' : 'a language model is well again',
      )
    }
    const found =
      breakers.get(provider) ?? createBreaker({ clock, settings: breakerDefaults, probe: undefined, onChange })
    breakers.set(provider, found)
    return found
  }

  function member(provider: string, model?: string): Member {
    const key = `${provider} ${model ?? ''}`
    const made = known.get(key) ?? { model: createModel(provider, config, clock, model), breaker: breakerOf(provider) }
    known.set(key, made)
    return made
  }

  const members = config.llmProviders.map((name) => member(name))
  const list = createModelList(
    config.llmProviders.map((name) => toVendor(name, config)),
    {
      cache,
      clock,
      offerAll: config.llmOfferAllModels,
    },
  )

  async function find(id: string): Promise<Member | undefined> {
    const configured = members.find(({ model }) => model.model === id)
    if (configured) return configured
    const listed = (await list.list()).find((model) => model.id === id)
    return listed && member(listed.provider, id)
  }

  function onFailure(provider: string, problem: { code: string }) {
    failures.inc({ provider, code: problem.code })
    log.warn({ provider, code: problem.code, error: problem }, 'a language model failed')
  }

  const { vision, summary, intent, embedding } = config
  const standard = createFallback(members, { find, onFailure })
  const thinks = config.llmProviders.some((name) => name !== 'offline')
  const chosenSummary = summary && createFallback([member(summary.provider, summary.model), ...members], { onFailure })
  return {
    standard,
    find: async (id) => (await find(id))?.model,
    list,
    vision: vision && member(vision.provider, vision.model).model,
    summary: chosenSummary ?? (thinks ? standard : undefined),
    intent: intent && member(intent.provider, intent.model).model,
    embed: embedding && createEmbedder(embedding, config),
    [Symbol.dispose]: () => breakers.forEach((breaker) => breaker[Symbol.dispose]()),
  }
}

function createModel(name: string, config: Config, clock: Clock, model?: string): LanguageModel {
  const endpoint = config.endpoints[name]
  if (!endpoint) return createOffline({ timeZone: config.timeZone, now: clock.date })
  return createOpenAi({
    name,
    baseUrl: endpoint.baseUrl,
    apiKey: endpoint.apiKey?.reveal(),
    model: model ?? endpoint.model,
    firstTokenTimeoutMs: config.llmFirstTokenTimeoutMs,
    idleTimeoutMs: config.llmIdleTimeoutMs,
    totalTimeoutMs: config.llmTotalTimeoutMs,
    retries: config.llmRetries,
  })
}

function createEmbedder({ provider, model }: ChosenModel, { endpoints }: Config): Embedder | undefined {
  const endpoint = endpoints[provider]
  return endpoint && createOpenAiEmbedder({ baseUrl: endpoint.baseUrl, apiKey: endpoint.apiKey?.reveal(), model })
}

function toVendor(name: string, config: Config): Vendor {
  const endpoint = config.endpoints[name]
  if (!endpoint) return { name, model: 'offline', others: [], list: undefined }
  const { baseUrl, apiKey, model, models } = endpoint
  return { name, model, others: models, list: () => listVendorModels({ baseUrl, apiKey: apiKey?.reveal() }) }
}
