import { setTimeout as pause } from 'node:timers/promises'
import { openObjectStore } from '@parley/object-store'
import { chat } from '@parley/contracts'
import { openBus, openDatabase, openedApp, openHealth, type App, type Given } from '@parley/service-kit'
import { v7 as newId } from 'uuid'
import type { Config } from './config.ts'
import { createAgents } from './domain/agents.ts'
import { createCompletion } from './domain/completion.ts'
import { createConversations } from './domain/conversations.ts'
import { createLooker } from './domain/looking.ts'
import { createToolPicker } from './domain/intent/pick-tool.ts'
import type { Clock } from './domain/ports.ts'
import { createReplier } from './domain/reply.ts'
import { createRoomReplier } from './domain/room-reply.ts'
import { openExtensions } from './extensions/open-extensions.ts'
import { createPluginServices } from './extensions/plugin-services.ts'
import { createCommands } from './providers/offline/commands.ts'
import { createLanguageModels } from './providers/registry.ts'
import { createReplyObserver } from './reply-observer.ts'
import { createToolObserver } from './tool-observer.ts'
import { PrismaClient } from './stores/generated/client.ts'
import { createObjectImages } from './stores/object-images.ts'
import { createPrismaAgentStore } from './stores/prisma-agent-store.ts'
import { createPrismaConversationStore } from './stores/prisma-conversation-store.ts'
import { createPrismaHistoryStore } from './stores/prisma-history-store.ts'
import { createPrismaPersonStore } from './stores/prisma-person-store.ts'
import { createAudience } from './subjects/audience.ts'
import { serveChat } from './subjects/chat.ts'
import { createDeviceToolSource } from './domain/tools/device-tools.ts'
import { createHooks } from './domain/hooks/turn-hooks.ts'
import { createToolbox } from './domain/tools/toolbox.ts'
import { createDeviceTools } from './subjects/device-tools.ts'
import { tables } from './tables.ts'

const clock: Clock = {
  date: () => new Date(),
  monotonicMs: () => performance.now(),
  pause,
  timeout: (ms) => AbortSignal.timeout(ms),
}
const maxToolRounds = 5
const maxCallsPerRound = 8

/** Opens chat-llm. The bus closes before the database, so that a reply that is drained can still be stored. */
export async function createApp(config: Config, { log }: Given): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const health = stack.use(await openHealth({ port: config.internalPort }))
  const database = stack.use(await openDatabase(config, tables, { log, health }))
  const prisma = stack.adopt(new PrismaClient({ adapter: database.adapter }), (client) => client.$disconnect())
  // Prisma loads its query compiler with the first query: not while somebody waits.
  await prisma.$queryRaw`SELECT 1`
  const objects = stack.use(await openObjectStore(config.objects, { log, health }))
  const bus = stack.use(await openBus(config, { name: 'chat-llm', log, health }))

  const observer = createReplyObserver({ log, metrics: health.metrics })
  const store = createPrismaConversationStore(prisma)
  const agentStore = createPrismaAgentStore(prisma)
  const { standard, models, vision, intent } = createLanguageModels(config, { clock, metrics: health.metrics, log })
  const images = createObjectImages(objects)
  const audience = createAudience(bus, log)
  const replyPorts = { conversations: store, model: standard, audience, clock, observer, newId }
  const { plugins, hooks } = await openExtensions(
    config,
    createPluginServices(config, { bus, agents: agentStore }),
    log,
  )
  const toolObserver = createToolObserver(log, health.metrics)
  const sources = [createDeviceToolSource(createDeviceTools(bus)), plugins]
  const toolbox = createToolbox({ sources, clock, observer: toolObserver }, { ...config, maxCallsPerRound })
  const reply = createReplier(
    {
      ...replyPorts,
      toolbox,
      hooks: createHooks(hooks, { clock, observer: toolObserver }),
      pickTool:
        intent &&
        createToolPicker({
          model: intent,
          clock,
          onFailure: (error) => log.warn({ error }, 'the model that picks tools failed'),
        }),
      commands: createCommands({ timeZone: config.timeZone, now: clock.date }),
    },
    { ...config, maxToolRounds },
  )
  serveChat({
    bus,
    reply,
    replyInRoom: createRoomReplier(replyPorts, config),
    store,
    conversations: createConversations({ history: createPrismaHistoryStore(prisma) }),
    agents: createAgents({
      agents: agentStore,
      newId,
      now: clock.date,
      changed: (agentId) => bus.publish(chat.agentChanged, { agentId }),
    }),
    look: createLooker({ model: vision, images, agents: agentStore, clock }, config),
    completion: createCompletion({ standard, models, vision, images, agents: agentStore, clock }, config),
    people: createPrismaPersonStore(prisma),
    audience,
    clock,
    newId,
  })
  await bus.flush()
  return openedApp(stack, health)
}
