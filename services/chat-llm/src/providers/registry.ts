import type { Logger } from '@parley/service-kit'
import { Counter, type Registry } from 'prom-client'
import type { Config, EndpointName, ProviderName } from '../config.ts'
import type { LanguageModel } from '../domain/language-model.ts'
import type { Clock } from '../domain/ports.ts'
import { createFallback } from './fallback.ts'
import { createOffline } from './offline/offline.ts'
import { createOpenAi } from './openai/openai.ts'

type Surroundings = { clock: Clock; metrics: Registry; log: Logger }

/** Every provider of language models, by the name it has in `LLM_PROVIDERS`. */
const providers: Record<ProviderName, (config: Config, clock: Clock) => LanguageModel> = {
  openai: (config) => createEndpoint('openai', config),
  kimi: (config) => createEndpoint('kimi', config),
  deepseek: (config) => createEndpoint('deepseek', config),
  offline: ({ timeZone }, clock) => createOffline({ timeZone, now: clock.date }),
}

function createEndpoint(name: EndpointName, config: Config, other?: { model: string }): LanguageModel {
  const { baseUrl, apiKey, model } = { ...config.endpoints[name], ...other }
  return createOpenAi({
    name,
    baseUrl,
    apiKey: apiKey?.reveal(),
    model,
    firstTokenTimeoutMs: config.llmFirstTokenTimeoutMs,
    idleTimeoutMs: config.llmIdleTimeoutMs,
    totalTimeoutMs: config.llmTotalTimeoutMs,
    retries: config.llmRetries,
  })
}

export type LanguageModels = {
  /** The models in their order, each the fallback of the one before. */
  standard: LanguageModel
  /** The same one by one. */
  models: LanguageModel[]
  /** One that sees images; undefined without one. */
  vision: LanguageModel | undefined
  /** One that only says which tool is meant; undefined without one. */
  intent: LanguageModel | undefined
}

/** The language models of a configuration. */
export function createLanguageModels(config: Config, { clock, metrics, log }: Surroundings): LanguageModels {
  const failures = new Counter({
    name: 'parley_chat_provider_failures_total',
    help: 'Failed questions to a provider',
    labelNames: ['provider', 'code'],
    registers: [metrics],
  })
  const models = config.llmProviders.map((name) => providers[name](config, clock))
  const standard = createFallback(models, (provider, problem) => {
    failures.inc({ provider, code: problem.code })
    log.warn({ provider, code: problem.code, error: problem }, 'a language model failed')
  })
  const choose = (chosen: Config['vision']) =>
    chosen && createEndpoint(chosen.provider, config, { model: chosen.model })
  return { standard, models, vision: choose(config.vision), intent: choose(config.intent) }
}
