import { flag, list, secret, Secret, variable, wholeNumber, type ConfigOf, type ReadSoFar } from '@parley/service-kit'
import { z } from 'zod'

const baseUrl = z.url({ protocol: /^https?$/, error: 'an http(s) URL' })
const providerName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'a provider’s name is of small letters, digits and -, a letter first')
const modelName = z.string().trim().min(1).max(128)

/** The settings that say which language models there are. */
export const modelVariables = {
  llmProviders: variable('LLM_PROVIDERS', list().pipe(z.array(providerName).min(1)).optional()),
  llmEndpoints: secret('LLM_ENDPOINTS', { optional: true }),
  llmBaseUrl: variable('LLM_BASE_URL', baseUrl.optional()),
  llmApiKey: secret('LLM_API_KEY', { optional: true }),
  llmModel: variable('LLM_MODEL', modelName.optional()),
  kimiBaseUrl: variable('KIMI_BASE_URL', baseUrl.default('https://api.moonshot.cn/v1')),
  kimiApiKey: secret('KIMI_API_KEY', { optional: true }),
  kimiModel: variable('KIMI_MODEL', modelName.default('moonshot-v1-8k')),
  deepseekBaseUrl: variable('DEEPSEEK_BASE_URL', baseUrl.default('https://api.deepseek.com/v1')),
  deepseekApiKey: secret('DEEPSEEK_API_KEY', { optional: true }),
  deepseekModel: variable('DEEPSEEK_MODEL', modelName.default('deepseek-chat')),
  ollamaBaseUrl: variable('OLLAMA_BASE_URL', baseUrl.default('http://127.0.0.1:11434/v1')),
  ollamaModel: variable('OLLAMA_MODEL', modelName.optional()),
  llmOfferAllModels: variable('LLM_OFFER_ALL_MODELS', flag().default(false)),
  llmFirstTokenTimeoutMs: variable('LLM_FIRST_TOKEN_TIMEOUT_MS', wholeNumber(100, 120_000).default(8_000)),
  llmIdleTimeoutMs: variable('LLM_IDLE_TIMEOUT_MS', wholeNumber(100, 120_000).default(15_000)),
  llmTotalTimeoutMs: variable('LLM_TOTAL_TIMEOUT_MS', wholeNumber(1_000, 1_800_000).default(300_000)),
  llmRetries: variable('LLM_RETRIES', wholeNumber(0, 10).default(2)),
  visionProvider: variable('VISION_PROVIDER', providerName.optional()),
  visionModel: variable('VISION_MODEL', modelName.optional()),
  summaryProvider: variable('SUMMARY_PROVIDER', providerName.optional()),
  summaryModel: variable('SUMMARY_MODEL', modelName.optional()),
  intentProvider: variable('INTENT_PROVIDER', providerName.optional()),
  intentModel: variable('INTENT_MODEL', modelName.optional()),
  embeddingProvider: variable('EMBEDDING_PROVIDER', providerName.optional()),
  embeddingModel: variable('EMBEDDING_MODEL', modelName.optional()),
}

type Read = ReadSoFar<typeof modelVariables>

/** A vendor that speaks OpenAI's chat completions. */
export type Endpoint = {
  baseUrl: string
  apiKey: Secret | undefined
  model: string
  /** What else of this vendor may be asked for by name. */
  models: string[]
}
/** One model of a configured vendor. */
export type ChosenModel = { provider: string; model: string }

export type ModelConfig = Omit<ConfigOf<typeof modelVariables>, 'llmProviders' | 'llmEndpoints'> & {
  /** In the order in which they are tried; `offline` is the built-in responder. */
  llmProviders: string[]
  endpoints: Record<string, Endpoint>
  /** The model that sees; undefined without one. */
  vision: ChosenModel | undefined
  /** The model of titles, summaries and lasting facts; undefined where the usual one does that. */
  summary: ChosenModel | undefined
  /** The model that only says which tool is meant, for agents that want it so; undefined without one. */
  intent: ChosenModel | undefined
  /** The model that compares meanings; undefined without one. */
  embedding: ChosenModel | undefined
}

const presets = ['openai', 'kimi', 'deepseek', 'ollama']

const EndpointList = z.array(
  z.strictObject({
    name: providerName.refine((name) => !presets.includes(name) && name !== 'offline', 'this name is taken'),
    baseUrl,
    apiKey: z.string().min(1).optional(),
    model: modelName,
    models: z.array(modelName).max(200).default([]),
  }),
)

/**
 * The models of a configuration. Without `LLM_PROVIDERS` they are those that have an address, a key or a model: openai, kimi,
 * deepseek, ollama, then those of `LLM_ENDPOINTS`; without any, the built-in offline responder.
 */
export function toModelConfig(config: ConfigOf<typeof modelVariables>): ModelConfig {
  const { llmEndpoints: _, ...rest } = config
  return {
    ...rest,
    llmProviders: chooseProviders(config),
    endpoints: endpointsOf(config),
    vision: chooseModel(config, config.visionProvider, config.visionModel),
    summary: chooseModel(config, config.summaryProvider, config.summaryModel),
    intent: chooseModel(config, config.intentProvider, config.intentModel),
    embedding: chooseModel(config, config.embeddingProvider, config.embeddingModel),
  }
}

/** What is wrong between settings, and what a chosen provider lacks: one line each. */
export function modelProblems(config: Read): string[] {
  const listed = readList(config)
  return [
    ...listed.problems,
    ...chooseProviders(config).flatMap((name) => lacking(name, config, listed.endpoints)),
    ...checkChoice('VISION', config, config.visionProvider, config.visionModel),
    ...checkChoice('SUMMARY', config, config.summaryProvider, config.summaryModel),
    ...checkChoice('INTENT', config, config.intentProvider, config.intentModel),
    ...checkChoice('EMBEDDING', config, config.embeddingProvider, config.embeddingModel),
  ]
}

function chooseProviders(config: Read): string[] {
  if (config.llmProviders) return config.llmProviders
  const chosen: string[] = []
  if (config.llmBaseUrl !== undefined || config.llmApiKey !== undefined) chosen.push('openai')
  if (config.kimiApiKey !== undefined) chosen.push('kimi')
  if (config.deepseekApiKey !== undefined) chosen.push('deepseek')
  if (config.ollamaModel !== undefined) chosen.push('ollama')
  chosen.push(...readList(config).endpoints.map(({ name }) => name))
  return chosen.length > 0 ? chosen : ['offline']
}

function endpointsOf(config: ConfigOf<typeof modelVariables>): Record<string, Endpoint> {
  const { llmBaseUrl, llmApiKey, llmModel = '', ollamaModel = '' } = config
  const none = { models: [] }
  const listed = readList(config).endpoints.map(({ name, apiKey, ...rest }): [string, Endpoint] => [
    name,
    { ...rest, apiKey: apiKey === undefined ? undefined : new Secret(apiKey) },
  ])
  return {
    openai: { ...none, baseUrl: llmBaseUrl ?? 'https://api.openai.com/v1', apiKey: llmApiKey, model: llmModel },
    kimi: { ...none, baseUrl: config.kimiBaseUrl, apiKey: config.kimiApiKey, model: config.kimiModel },
    deepseek: { ...none, baseUrl: config.deepseekBaseUrl, apiKey: config.deepseekApiKey, model: config.deepseekModel },
    ollama: { ...none, baseUrl: config.ollamaBaseUrl, apiKey: undefined, model: ollamaModel },
    ...Object.fromEntries(listed),
  }
}

function readList({ llmEndpoints }: Read): { endpoints: z.output<typeof EndpointList>; problems: string[] } {
  if (!llmEndpoints) return { endpoints: [], problems: [] }
  const read = EndpointList.safeParse(parseJson(llmEndpoints.reveal()))
  if (read.success) return { endpoints: read.data, problems: [] }
  const wrong = read.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`)
  return { endpoints: [], problems: [`LLM_ENDPOINTS is set but not usable: ${wrong.join('; ')}`] }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A model of the provider that is named, or else of the first vendor that is configured. */
function chooseModel(config: Read, named: string | undefined, model: string | undefined): ChosenModel | undefined {
  const provider = named ?? chooseProviders(config).find((name) => name !== 'offline')
  return model && provider ? { provider, model } : undefined
}

function checkChoice(prefix: string, config: Read, provider: string | undefined, model: string | undefined): string[] {
  if (provider && !model) return [`${prefix}_MODEL is not set, and ${prefix}_PROVIDER needs it`]
  if (model && !chooseModel(config, provider, model))
    return [`${prefix}_PROVIDER is not set, and ${prefix}_MODEL needs it: no vendor of language models is configured`]
  if (provider && !presets.includes(provider) && !readList(config).endpoints.some(({ name }) => name === provider))
    return [`${prefix}_PROVIDER is "${provider}", which is none of ${presets.join(', ')} and not in LLM_ENDPOINTS`]
  return []
}

function lacking(name: string, config: Read, listed: readonly { name: string }[]): string[] {
  const needs: Record<string, string[]> = {
    openai: [
      ...((config.llmBaseUrl ?? config.llmApiKey)
        ? []
        : ['LLM_BASE_URL or LLM_API_KEY is not set, and the provider openai needs one of them']),
      ...(config.llmModel ? [] : ['LLM_MODEL is not set, and the provider openai needs it']),
    ],
    kimi: config.kimiApiKey ? [] : ['KIMI_API_KEY is not set, and the provider kimi needs it'],
    deepseek: config.deepseekApiKey ? [] : ['DEEPSEEK_API_KEY is not set, and the provider deepseek needs it'],
    ollama: config.ollamaModel ? [] : ['OLLAMA_MODEL is not set, and the provider ollama needs it'],
    offline: [],
  }
  if (needs[name]) return needs[name]
  if (listed.some((endpoint) => endpoint.name === name)) return []
  return [`LLM_PROVIDERS has "${name}", which is none of ${presets.join(', ')}, offline and not in LLM_ENDPOINTS`]
}
