import { TimeZone } from '@parley/contracts'
import {
  objectStoreProblems,
  objectStoreVariables,
  toObjectStoreConfig,
  type ObjectStoreConfig,
} from '@parley/object-store'
import {
  databaseVariables,
  list,
  flag,
  logVariables,
  readConfig as read,
  redisVariables,
  serviceVariables,
  variable,
  wholeNumber,
  type ConfigOf,
  type Variable,
} from '@parley/service-kit'
import { z } from 'zod'
import { mcpProblems, mcpVariables, readMcpServers, type McpServer } from './mcp-config.ts'
import { modelProblems, modelVariables, toModelConfig, type ModelConfig } from './model-config.ts'
import { pictureProblems, pictureVariables, toPictureConfig, type PictureConfig } from './picture-config.ts'
import { toolVariables } from './tool-variables.ts'

const timeZone = TimeZone.default(() => new Intl.DateTimeFormat().resolvedOptions().timeZone)

const migrationVariables = { ...databaseVariables(), ...logVariables() }

/** Every setting of this service. */
export const variables = {
  ...serviceVariables(8184),
  ...databaseVariables(),
  ...objectStoreVariables(),
  ...redisVariables(),
  ...modelVariables,
  ...mcpVariables,
  ...pictureVariables,
  /** Whether questions to models are paid for with credits, which the service billing keeps. */
  credits: variable('CREDITS', z.enum(['off', 'on']).default('off')),
  creditsMaxOutputTokens: variable('CREDITS_MAX_OUTPUT_TOKENS', wholeNumber(1, 1_000_000).default(4_096)),
  creditsReadOnMs: variable('CREDITS_READ_ON_MS', wholeNumber(0, 60_000).default(5_000)),
  creditsClientGone: variable('CREDITS_CLIENT_GONE', z.enum(['free', 'prompt']).default('free')),
  timeZone: variable('TIME_ZONE', timeZone),
  conversationGapMs: variable('CONVERSATION_GAP_MS', wholeNumber(1_000, 31_536_000_000).default(6 * 3_600_000)),
  messagesInPrompt: variable('MESSAGES_IN_PROMPT', wholeNumber(0, 200).default(20)),
  memoryInPrompt: variable('MEMORY_IN_PROMPT', wholeNumber(0, 20_000).default(2_000)),
  recallTimeoutMs: variable('RECALL_TIMEOUT_MS', wholeNumber(20, 5_000).default(200)),
  reviews: variable('REVIEWS', flag().default(true)),
  reviewQuietMs: variable('REVIEW_QUIET_MS', wholeNumber(0, 3_600_000).default(20_000)),
  toolTimeoutMs: variable('TOOL_TIMEOUT_MS', wholeNumber(100, 30_000).default(10_000)),
  toolsTimeoutMs: variable('TOOLS_TIMEOUT_MS', wholeNumber(100, 120_000).default(30_000)),
  ...toolVariables,
  pluginsDir: variable('PLUGINS_DIR', z.string().min(1).optional()),
  outboundPrivateHosts: variable('OUTBOUND_PRIVATE_HOSTS', list().default([])),
}

export type Config = Omit<
  ConfigOf<typeof variables>,
  keyof typeof modelVariables | keyof typeof pictureVariables | 'mcpServers'
> &
  ModelConfig &
  PictureConfig & {
    objects: ObjectStoreConfig
    mcpServers: Record<string, McpServer>
    /** Reads the settings of a plugin or a hook where those of the service come from. @throws ConfigError */
    readSettings: (variables: Record<string, Variable>) => Record<string, unknown>
  }

/**
 * Reads the configuration of chat-llm.
 * @throws ConfigError naming every wrong value, and what a chosen provider lacks
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const config = read(variables, environment, {
    service: 'chat-llm',
    check: (values) => [
      ...modelProblems(values),
      ...mcpProblems(values),
      ...pictureProblems(values),
      ...objectStoreProblems(values),
    ],
  })
  return {
    ...config,
    ...toModelConfig(config),
    ...toPictureConfig(config),
    mcpServers: readMcpServers(config),
    objects: toObjectStoreConfig(config),
    readSettings: (other) => read(other, environment, { service: 'chat-llm', partial: true }),
  }
}

/** What the `migrate` command needs, and no more. */
export function readMigrationConfig(environment: NodeJS.ProcessEnv = process.env): ConfigOf<typeof migrationVariables> {
  return read(migrationVariables, environment, { service: 'chat-llm', partial: true })
}
