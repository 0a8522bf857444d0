import {
  ConfigError,
  databaseVariables,
  list,
  readConfig as read,
  secret,
  serviceVariables,
  variable,
  wholeNumber,
  type ConfigOf,
} from '@parley/service-kit'
import { z } from 'zod'

const timeZone = z
  .string()
  .default(() => new Intl.DateTimeFormat().resolvedOptions().timeZone)
  .refine(isTimeZone, 'a time zone such as Europe/Berlin or Asia/Shanghai')

const migrationVariables = { ...databaseVariables(), logLevel: serviceVariables(8184).logLevel }

const variables = {
  ...serviceVariables(8184),
  ...databaseVariables(),
  llmProviders: variable(
    'LLM_PROVIDERS',
    list()
      .pipe(z.array(z.enum(['openai', 'offline'])).min(1))
      .optional(),
  ),
  llmBaseUrl: variable('LLM_BASE_URL', z.url({ protocol: /^https?$/, error: 'an http(s) URL' }).optional()),
  llmApiKey: secret('LLM_API_KEY', { optional: true }),
  llmModel: variable('LLM_MODEL', z.string().optional()),
  llmFirstTokenTimeoutMs: variable('LLM_FIRST_TOKEN_TIMEOUT_MS', wholeNumber(100, 120_000).default(8_000)),
  llmIdleTimeoutMs: variable('LLM_IDLE_TIMEOUT_MS', wholeNumber(100, 120_000).default(15_000)),
  llmTotalTimeoutMs: variable('LLM_TOTAL_TIMEOUT_MS', wholeNumber(1_000, 1_800_000).default(300_000)),
  llmRetries: variable('LLM_RETRIES', wholeNumber(0, 10).default(2)),
  timeZone: variable('TIME_ZONE', timeZone),
  conversationGapMs: variable('CONVERSATION_GAP_MS', wholeNumber(1_000, 31_536_000_000).default(6 * 3_600_000)),
  messagesInPrompt: variable('MESSAGES_IN_PROMPT', wholeNumber(0, 200).default(20)),
  toolTimeoutMs: variable('TOOL_TIMEOUT_MS', wholeNumber(100, 30_000).default(10_000)),
}

export type ProviderName = 'openai' | 'offline'
export type Config = Omit<ConfigOf<typeof variables>, 'llmProviders'> & { llmProviders: ProviderName[] }

/**
 * Reads the configuration of chat-llm. Without `LLM_PROVIDERS` the model is the endpoint of `LLM_BASE_URL` or
 * `LLM_API_KEY`, else the built-in offline responder.
 * @throws ConfigError naming every wrong value, and what a chosen provider lacks
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const config = read(variables, environment)
  const connected = config.llmBaseUrl !== undefined || config.llmApiKey !== undefined
  const llmProviders: ProviderName[] = config.llmProviders ?? (connected ? ['openai'] : ['offline'])
  if (llmProviders.includes('openai')) checkOpenAi(config, connected)
  return { ...config, llmProviders }
}

/** What the `migrate` command needs, and no more. */
export function readMigrationConfig(environment: NodeJS.ProcessEnv = process.env): ConfigOf<typeof migrationVariables> {
  return read(migrationVariables, environment)
}

function checkOpenAi(config: ConfigOf<typeof variables>, connected: boolean): void {
  const problems = [
    ...(connected ? [] : ['LLM_BASE_URL or LLM_API_KEY is not set, and the provider openai needs one of them']),
    ...(config.llmModel ? [] : ['LLM_MODEL is not set, and the provider openai needs it']),
  ]
  if (problems.length > 0) throw new ConfigError(problems)
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
