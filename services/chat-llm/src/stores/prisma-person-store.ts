import type { ExportItem } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { PersonStore } from '../domain/ports.ts'
import type { PrismaClient } from './generated/client.ts'

const pageSize = 200

/** All that is somebody's, in PostgreSQL. */
export function createPrismaPersonStore(prisma: PrismaClient): PersonStore {
  return {
    erase: (ownerId) =>
      prisma
        .$transaction(async (transaction) => {
          const theirs = { OR: [{ ownerId }, { agent: { ownerId } }] }
          const { count: facts } = await transaction.fact.deleteMany({ where: { ownerId } })
          const { count: messages } = await transaction.message.deleteMany({ where: { conversation: theirs } })
          const { count: conversations } = await transaction.conversation.deleteMany({ where: theirs })
          const { count: agents } = await transaction.agent.deleteMany({ where: { ownerId } })
          return { messages, conversations, agents, facts }
        })
        .catch(rethrowDatabaseError),

    export: async function* (ownerId): AsyncGenerator<ExportItem, void> {
      const agents = await prisma.agent
        .findMany({ where: { ownerId }, orderBy: { id: 'asc' } })
        .catch(rethrowDatabaseError)
      for (const { id, ownerId: _, isDefault: _default, updatedAt: _at, createdAt, ...settings } of agents)
        yield { kind: 'agent', data: { agentId: id, ...settings, createdAt: createdAt.toISOString() } }
      const facts = await prisma.fact
        .findMany({ where: { ownerId }, orderBy: { id: 'asc' } })
        .catch(rethrowDatabaseError)
      for (const { id, text, speaker, sourceMessageId, createdAt, supersededBy } of facts) {
        const data = { factId: id, text, speaker, sourceMessageId, createdAt: createdAt.toISOString(), supersededBy }
        yield { kind: 'fact', data }
      }
      for await (const { id, deviceId, roomId, agentId, createdAt } of conversationsOf(ownerId)) {
        const data = { conversationId: id, deviceId, roomId, agentId, createdAt: createdAt.toISOString() }
        yield { kind: 'conversation', data }
        yield* messagesOf(id)
      }
    },
  }

  async function* conversationsOf(ownerId: string) {
    for (let after: string | undefined; ;) {
      const where = { ownerId, ...(after !== undefined && { id: { gt: after } }) }
      const page = await prisma.conversation
        .findMany({ where, orderBy: { id: 'asc' }, take: pageSize })
        .catch(rethrowDatabaseError)
      yield* page
      after = page.at(-1)?.id
      if (page.length < pageSize) return
    }
  }

  async function* messagesOf(conversationId: string): AsyncGenerator<ExportItem, void> {
    for (let after: string | undefined; ;) {
      const where = { conversationId, ...(after !== undefined && { id: { gt: after } }) }
      const page = await prisma.message
        .findMany({ where, orderBy: { id: 'asc' }, take: pageSize })
        .catch(rethrowDatabaseError)
      for (const { id, turnId, role, text, heardText, interrupted, createdAt } of page) {
        const said = { text, ...(heardText !== null && { heardText }), interrupted }
        yield {
          kind: 'message',
          data: { id, conversationId, turnId, role, ...said, createdAt: createdAt.toISOString() },
        }
      }
      after = page.at(-1)?.id
      if (page.length < pageSize) return
    }
  }
}
