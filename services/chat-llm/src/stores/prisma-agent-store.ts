import { AgentSettings, Problem } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { AgentStore, OwnedAgent } from '../domain/ports.ts'
import type { Agent as AgentRow, Prisma, PrismaClient } from './generated/client.ts'
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
    add: ({ agentId, ownerId, at, ...settings }) =>
      prisma
        .$transaction(async (transaction) => {
          const { name, prompt } = settings
          const data = { id: agentId, ownerId, createdAt: at, updatedAt: at, ...toColumns(settings), name, prompt }
          const agent = readAgent(await transaction.agent.create({ data }))
          await keepVersion(transaction, agent, { version: 1, by: ownerId, at })
          return agent
        })
        .catch(rethrowDatabaseError),
    change: (agentId, changes, { at, unchangedSince, by }) =>
      prisma
        .$transaction(async (transaction) => {
          // Whoever comes second makes the next version.
          await transaction.$queryRaw`SELECT id FROM agents WHERE id = ${agentId}::uuid FOR UPDATE`
          const before = await transaction.agent.findUnique({ where: { id: agentId } })
          if (!before || (unchangedSince && before.updatedAt.getTime() !== unchangedSince.getTime())) return undefined
          const newest = await transaction.agentVersion.aggregate({ where: { agentId }, _max: { version: true } })
          let version = newest._max.version ?? 0
          if (version === 0)
            await keepVersion(transaction, readAgent(before), {
              version: ++version,
              by: before.ownerId ?? by,
              at: before.updatedAt,
            })
          const data = { ...toColumns(changes), updatedAt: at }
          const agent = readAgent(await transaction.agent.update({ where: { id: agentId }, data }))
          await keepVersion(transaction, agent, { version: version + 1, by, at })
          await transaction.agentVersion.deleteMany({
            where: { agentId, version: { lte: version + 1 - mostVersions } },
          })
          return agent
        })
        .catch(rethrowDatabaseError),
    listVersions: async (agentId) => {
      const where = { where: { agentId }, orderBy: { version: 'desc' as const } }
      const rows = await prisma.agentVersion.findMany(where).catch(rethrowDatabaseError)
      return rows.flatMap(({ version, settings, madeBy, createdAt }) => {
        const read = AgentSettings.safeParse(settings)
        return read.success ? [{ version, madeBy, createdAt: createdAt.toISOString(), settings: read.data }] : []
      })
    },
    delete: (agentId, ownerId) =>
      prisma
        .$transaction(async (transaction) => {
          await transaction.$executeRaw`
            UPDATE conversations SET agent_id = (SELECT id FROM agents WHERE is_default ORDER BY id LIMIT 1)
            WHERE agent_id = (SELECT id FROM agents WHERE id = ${agentId}::uuid AND owner_id = ${ownerId}::uuid)`
          return (await transaction.agent.deleteMany({ where: { id: agentId, ownerId } })).count > 0
        })
        .catch(rethrowDatabaseError),
  }
}

const mostVersions = 50

function keepVersion(
  transaction: Prisma.TransactionClient,
  agent: OwnedAgent,
  { version, by, at }: { version: number; by: string; at: Date },
) {
  const { agentId, name, prompt, voice, sampling, manner, tools, memory, intent } = agent
  const { language = null, model = null } = agent
  const settings = { name, prompt, language, voice, sampling, manner, model, tools, memory, intent }
  return transaction.agentVersion.create({ data: { agentId, version, settings, madeBy: by, createdAt: at } })
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
