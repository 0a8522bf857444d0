import { Problem, type AgentSettings } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { AgentStore, OwnedAgent } from '../domain/ports.ts'
import type { Agent as AgentRow, PrismaClient } from './generated/client.ts'
import { readManner, readPersona } from './open-conversation.ts'

/** Agents in PostgreSQL. */
export function createPrismaAgentStore(prisma: PrismaClient): AgentStore {
  const visibleTo = (userId: string) => ({ OR: [{ ownerId: null }, { ownerId: userId }] })

  return {
    listFor: async (userId) => {
      const orderBy = [{ isDefault: 'desc' as const }, { name: 'asc' as const }, { id: 'asc' as const }]
      const rows = await prisma.agent.findMany({ where: visibleTo(userId), orderBy }).catch(rethrowDatabaseError)
      return rows.map(readAgent)
    },
    find: async (agentId, userId) => {
      const where = { id: agentId, ...visibleTo(userId) }
      const row = await prisma.agent.findFirst({ where }).catch(rethrowDatabaseError)
      return row ? readAgent(row) : undefined
    },
    findAny: async (agentId) => {
      const row = await prisma.agent.findUnique({ where: { id: agentId } }).catch(rethrowDatabaseError)
      return row ? readAgent(row) : undefined
    },
    findDefault: async () => {
      const row = await prisma.agent
        .findFirst({ where: { isDefault: true }, orderBy: { id: 'asc' } })
        .catch(rethrowDatabaseError)
      if (!row) throw new Problem('internal', 'There is no default agent')
      return readAgent(row)
    },
    countOwned: (ownerId) => prisma.agent.count({ where: { ownerId } }).catch(rethrowDatabaseError),
    add: async ({ agentId, ownerId, at, ...settings }) => {
      const { name, prompt } = settings
      const data = { id: agentId, ownerId, createdAt: at, updatedAt: at, ...toColumns(settings), name, prompt }
      return readAgent(await prisma.agent.create({ data }).catch(rethrowDatabaseError))
    },
    change: async (agentId, changes, { at, unchangedSince }) => {
      const data = { ...toColumns(changes), updatedAt: at }
      const where = { id: agentId, ...(unchangedSince && { updatedAt: unchangedSince }) }
      const [row] = await prisma.agent.updateManyAndReturn({ where, data }).catch(rethrowDatabaseError)
      return row ? readAgent(row) : undefined
    },
  }
}

/** Only what is given: a column that is not named stays as it is. */
function toColumns(settings: Partial<AgentSettings>) {
  const { name, prompt, language, voice, sampling, manner, model, tools, memory, intent } = settings
  return {
    ...(name !== undefined && { name }),
    ...(prompt !== undefined && { prompt }),
    ...(language !== undefined && { language }),
    ...(voice !== undefined && { voice }),
    ...(sampling !== undefined && { sampling }),
    ...(manner !== undefined && { manner }),
    ...(model !== undefined && { model }),
    ...(tools !== undefined && { tools }),
    ...(memory !== undefined && { memory }),
    ...(intent !== undefined && { intent }),
  }
}

function readAgent({ id, ownerId, isDefault, updatedAt, manner, ...columns }: AgentRow): OwnedAgent {
  return {
    ...readPersona(id, columns),
    ownerId: ownerId ?? undefined,
    isDefault,
    updatedAt: updatedAt.toISOString(),
    manner: readManner(manner),
  }
}
