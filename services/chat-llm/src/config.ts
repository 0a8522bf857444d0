import {
  objectStoreProblems,
  objectStoreVariables,
  toObjectStoreConfig,
  type ObjectStoreConfig,
} from '@parley/object-store'
import {
  databaseVariables,
  list,
  logVariables,
  readConfig as read,
  secret,
  serviceVariables,
  variable,
  wholeNumber,
  type ConfigOf,
  type Secret,
} from '@parley/service-kit'
import { z } from 'zod'

const timeZone = z
  .string()
  .default(() => new Intl.DateTimeFormat().resolvedOptions().timeZone)
  .refine(isTimeZone, 'a time zone such as Europe/Berlin or Asia/Shanghai')

const migrationVariables = { ...databaseVariables(), ...logVariables() }

const baseUrl = z.url({ protocol: /^https?$/, error: 'an http(s) URL' })

/** Every setting of this service. */
export const variables = {
  ...serviceVariables(8184),
  ...databaseVariables(),
  ...objectStoreVariables(),
  llmProviders: variable(
    'LLM_PROVIDERS',
    list()
      .pipe(z.array(z.enum(['openai', 'kimi', 'deepseek', 'offline'])).min(1))
      .optional(),
  ),
  llmBaseUrl: variable('LLM_BASE_URL', baseUrl.optional()),
  llmApiKey: secret('LLM_API_KEY', { optional: true }),
  llmModel: variable('LLM_MODEL', z.string().optional()),
  kimiBaseUrl: variable('KIMI_BASE_URL', baseUrl.default('https://api.moonshot.cn/v1')),
  kimiApiKey: secret('KIMI_API_KEY', { optional: true }),
  kimiModel: variable('KIMI_MODEL', z.string().default('moonshot-v1-8k')),
  deepseekBaseUrl: variable('DEEPSEEK_BASE_URL', baseUrl.default('https://api.deepseek.com/v1')),
  deepseekApiKey: secret('DEEPSEEK_API_KEY', { optional: true }),
  deepseekModel: variable('DEEPSEEK_MODEL', z.string().default('deepseek-chat')),
  llmFirstTokenTimeoutMs: variable('LLM_FIRST_TOKEN_TIMEOUT_MS', wholeNumber(100, 120_000).default(8_000)),
  llmIdleTimeoutMs: variable('LLM_IDLE_TIMEOUT_MS', wholeNumber(100, 120_000).default(15_000)),
  llmTotalTimeoutMs: variable('LLM_TOTAL_TIMEOUT_MS', wholeNumber(1_000, 1_800_000).default(300_000)),
  llmRetries: variable('LLM_RETRIES', wholeNumber(0, 10).default(2)),
  visionProvider: variable('VISION_PROVIDER', z.enum(['openai', 'kimi', 'deepseek']).optional()),
  visionModel: variable('VISION_MODEL', z.string().min(1).optional()),
  /** Whether questions to models are paid for with credits, which the service billing keeps. */
  credits: variable('CREDITS', z.enum(['off', 'on']).default('off')),
  creditsMaxOutputTokens: variable('CREDITS_MAX_OUTPUT_TOKENS', wholeNumber(1, 1_000_000).default(4_096)),
  creditsReadOnMs: variable('CREDITS_READ_ON_MS', wholeNumber(0, 60_000).default(5_000)),
  creditsClientGone: variable('CREDITS_CLIENT_GONE', z.enum(['free', 'prompt']).default('free')),
  timeZone: variable('TIME_ZONE', timeZone),
  conversationGapMs: variable('CONVERSATION_GAP_MS', wholeNumber(1_000, 31_536_000_000).default(6 * 3_600_000)),
  messagesInPrompt: variable('MESSAGES_IN_PROMPT', wholeNumber(0, 200).default(20)),
  toolTimeoutMs: variable('TOOL_TIMEOUT_MS', wholeNumber(100, 30_000).default(10_000)),
}

type Read = ConfigOf<typeof variables>

/** A vendor that speaks OpenAI's chat completions. */
export type EndpointName = 'openai' | 'kimi' | 'deepseek'
export type ProviderName = EndpointName | 'offline'
export type Endpoint = { baseUrl: string; apiKey: Secret | undefined; model: string }
export type Config = Omit<Read, 'llmProviders'> & {
  llmProviders: ProviderName[]
  endpoints: Record<EndpointName, Endpoint>
  /** The model that sees, and whose it is; undefined without one. */
  vision: { provider: EndpointName; model: string } | undefined
  objects: ObjectStoreConfig
}

/**
 * Reads the configuration of chat-llm. Without `LLM_PROVIDERS` the models are those that have an address or a key, in the
 * order openai, kimi, deepseek; without any, the built-in offline responder.
 * @throws ConfigError naming every wrong value, and what a chosen provider lacks
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const config = read(variables, environment, {
    service: 'chat-llm',
    check: (values) => [...checkProviders(values), ...checkVision(values), ...objectStoreProblems(values)],
  })
  const { llmBaseUrl, llmApiKey: apiKey, llmModel = '' } = config
  return {
    ...config,
    llmProviders: chooseProviders(config),
    vision: chooseVision(config),
    objects: toObjectStoreConfig(config),
    endpoints: {
      openai: { baseUrl: llmBaseUrl ?? 'https://api.openai.com/v1', apiKey, model: llmModel },
      kimi: { baseUrl: config.kimiBaseUrl, apiKey: config.kimiApiKey, model: config.kimiModel },
      deepseek: { baseUrl: config.deepseekBaseUrl, apiKey: config.deepseekApiKey, model: config.deepseekModel },
    },
  }
}

/** What the `migrate` command needs, and no more. */
export function readMigrationConfig(environment: NodeJS.ProcessEnv = process.env): ConfigOf<typeof migrationVariables> {
  return read(migrationVariables, environment, { service: 'chat-llm', partial: true })
}

function chooseProviders(config: Partial<Read>): ProviderName[] {
  if (config.llmProviders) return config.llmProviders
  const chosen: ProviderName[] = []
  if (config.llmBaseUrl !== undefined || config.llmApiKey !== undefined) chosen.push('openai')
  if (config.kimiApiKey !== undefined) chosen.push('kimi')
  if (config.deepseekApiKey !== undefined) chosen.push('deepseek')
  return chosen.length > 0 ? chosen : ['offline']
}

/** `VISION_MODEL` of `VISION_PROVIDER`, or else of the first vendor that is configured. */
function chooseVision(config: Partial<Read>): Config['vision'] {
  const provider = config.visionProvider ?? chooseProviders(config).find((name) => name !== 'offline')
  return config.visionModel && provider ? { provider, model: config.visionModel } : undefined
}

function checkVision(config: Partial<Read>): string[] {
  const { visionProvider, visionModel } = config
  if (visionProvider && !visionModel) return ['VISION_MODEL is not set, and VISION_PROVIDER needs it']
  if (visionModel && !chooseVision(config))
    return ['VISION_PROVIDER is not set, and VISION_MODEL needs it: no vendor of language models is configured']
  return []
}

function checkProviders(config: Partial<Read>): string[] {
  const needs: Record<ProviderName, string[]> = {
    openai: [
      ...((config.llmBaseUrl ?? config.llmApiKey)
        ? []
        : ['LLM_BASE_URL or LLM_API_KEY is not set, and the provider openai needs one of them']),
      ...(config.llmModel ? [] : ['LLM_MODEL is not set, and the provider openai needs it']),
    ],
    kimi: config.kimiApiKey ? [] : ['KIMI_API_KEY is not set, and the provider kimi needs it'],
    deepseek: config.deepseekApiKey ? [] : ['DEEPSEEK_API_KEY is not set, and the provider deepseek needs it'],
    offline: [],
  }
  return chooseProviders(config).flatMap((name) => needs[name])
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
