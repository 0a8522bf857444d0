import { setTimeout as pause } from 'node:timers/promises'
import { openObjectStore } from '@parley/object-store'
import type { Bus } from '@parley/bus'
import { chat } from '@parley/contracts'
import {
  openBus,
  openDatabase,
  openedApp,
  openHealth,
  openRedis,
  type App,
  type Given,
  type Health,
  type Logger,
} from '@parley/service-kit'
import { v7 as newId } from 'uuid'
import type { Config } from './config.ts'
import { createAgents } from './domain/agents.ts'
import { createCompletion } from './domain/completion.ts'
import { createConversations } from './domain/conversations.ts'
import { createLooker } from './domain/looking.ts'
import { createMeter } from './domain/metering.ts'
import type { Clock } from './domain/ports.ts'
import { createReplier } from './domain/reply.ts'
import { createRoomReplier } from './domain/room-reply.ts'
import { createMeterObserver } from './meter-observer.ts'
import { createOwnTools } from './domain/mcp/own-tools.ts'
import { openMcp } from './open-mcp.ts'
import { openMemory } from './open-memory.ts'
import { openTools } from './open-tools.ts'
import { createCredits } from './providers/platform/credits.ts'
import { createLanguageModels, type LanguageModels } from './providers/registry.ts'
import { createReplyObserver } from './reply-observer.ts'
import { PrismaClient } from './stores/generated/client.ts'
import { createObjectImages } from './stores/object-images.ts'
import { createPrismaAgentStore } from './stores/prisma-agent-store.ts'
import { createPrismaConversationStore } from './stores/prisma-conversation-store.ts'
import { createPrismaFactStore } from './stores/prisma-fact-store.ts'
import { createPrismaHistoryStore } from './stores/prisma-history-store.ts'
import { createPrismaPersonStore } from './stores/prisma-person-store.ts'
import { createPrismaReviewStore } from './stores/prisma-review-store.ts'
import { createRedisModelLists } from './stores/redis-model-lists.ts'
import { createAudience } from './subjects/audience.ts'
import { serveChat } from './subjects/chat.ts'
import { serveMcp } from './subjects/mcp.ts'
import { serveMemory } from './subjects/memory.ts'
import { tables } from './tables.ts'

const clock: Clock = {
  date: () => new Date(),
  monotonicMs: () => performance.now(),
  pause,
  timeout: (ms) => AbortSignal.timeout(ms),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs).unref()
    return () => clearTimeout(timer)
  },
}
const maxToolRounds = 5

/** Opens chat-llm. The bus closes before the database, so that a reply that is drained can still be stored. */
export async function createApp(config: Config, { log }: Given): Promise<App & { readonly mcpEndpointPort: number }> {
  await using stack = new AsyncDisposableStack()
  const health = stack.use(await openHealth({ port: config.internalPort }))
  const database = stack.use(await openDatabase(config, tables, { log, health }))
  const prisma = stack.adopt(new PrismaClient({ adapter: database.adapter }), (client) => client.$disconnect())
  // Prisma loads its query compiler with the first query: not while somebody waits.
  await prisma.$queryRaw`SELECT 1`
  const redis = stack.use(await openRedis(config, { log, health }))
  const objects = stack.use(await openObjectStore(config.objects, { log, health }))
  const bus = stack.use(await openBus(config, { name: 'chat-llm', log, health }))

  const observer = createReplyObserver({ log, metrics: health.metrics })
  const store = createPrismaConversationStore(prisma)
  const agentStore = createPrismaAgentStore(prisma)
  const cache = createRedisModelLists(redis, log)
  const configured = stack.use(createLanguageModels(config, { clock, cache, metrics: health.metrics, log }))
  const models =
    config.credits === 'on'
      ? stack.use(openMeter(config, { bus, log, metrics: health.metrics })).all(configured)
      : configured
  const { standard, vision } = models
  const images = createObjectImages(objects)
  const audience = createAudience(bus, log)
  const facts = createPrismaFactStore(prisma)
  const reviews = createPrismaReviewStore(prisma)
  const thinking = { model: models.summary, embed: models.embed }
  const memory = stack.use(openMemory({ facts, reviews, ...thinking, clock, metrics: health.metrics, log }, config))
  const { recall, said } = memory
  const replyPorts = { conversations: store, model: standard, recall, said, audience, clock, observer, newId }
  const surroundings = { bus, agents: agentStore, clock, metrics: health.metrics, log }
  const outside = stack.use(openMcp(config, { ...surroundings, prisma, redis }))
  const tools = await openTools(config, {
    ...surroundings,
    outside: outside.sources,
    intent: models.intent,
  })
  const reply = createReplier({ ...replyPorts, ...tools }, { ...config, maxToolRounds })
  serveChat({
    bus,
    reply,
    replyInRoom: createRoomReplier({ ...replyPorts, hooks: tools.hooks }, config),
    store,
    conversations: createConversations({ history: createPrismaHistoryStore(prisma) }),
    agents: createAgents({
      agents: agentStore,
      newId,
      now: clock.date,
      changed: (agentId) => bus.publish(chat.agentChanged, { agentId }),
    }),
    look: createLooker({ model: vision, images, agents: agentStore, clock }, config),
    completion: createCompletion({ ...models, images, agents: agentStore, clock }, config),
    people: createPrismaPersonStore(prisma),
    audience,
    clock,
    newId,
  })
  serveMemory(bus, memory.facts)
  serveMcp(bus, outside.accessPoint, createOwnTools({ ...tools, agents: agentStore, newId }))
  await bus.flush()
  const endpoint = stack.use(await outside.openEndpoint())
  return Object.assign(openedApp(stack, health), { mcpEndpointPort: endpoint.port })
}

/** Whatever is waited for of an answer, and a minute: then nobody settles its hold any more. */
const holdMarginS = 60

/** Has every model paid for. Closes before the bus, over which it says what is still to be paid. */
function openMeter(
  config: Config,
  { bus, log, metrics }: { bus: Bus; log: Logger; metrics: Health['metrics'] },
): AsyncDisposable & { all: (models: LanguageModels) => LanguageModels } {
  const observer = createMeterObserver({ log, metrics })
  const settings = {
    maxOutputTokens: config.creditsMaxOutputTokens,
    readOnMs: config.creditsReadOnMs,
    clientGone: config.creditsClientGone,
    lifeS: Math.ceil((config.llmTotalTimeoutMs + config.creditsReadOnMs) / 1_000) + holdMarginS,
  }
  const standard = config.llmProviders.map((name) => config.endpoints[name]?.model ?? name)
  const { meter, ...owned } = createMeter({ credits: createCredits(bus), clock, observer, newId }, settings)
  return {
    ...owned,
    all: (models) => ({
      ...models,
      standard: meter(models.standard, standard),
      find: async (id) => {
        const found = await models.find(id)
        return found && meter(found)
      },
      vision: models.vision && meter(models.vision),
      intent: models.intent && meter(models.intent),
      summary: models.summary && meter(models.summary, [models.summary.model, ...standard]),
    }),
  }
}
