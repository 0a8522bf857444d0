import { rethrowDatabaseError } from '@parley/service-kit'
import type { EpochStore } from '../domain/mcp/ports.ts'
import type { PrismaClient } from './generated/client.ts'

/** Epochs of agents' addresses, in PostgreSQL. */
export function createPrismaEpochStore(prisma: PrismaClient): EpochStore {
  return {
    read: async (id) => {
      const row = await prisma.agent
        .findUnique({ where: { id }, select: { mcpEpoch: true } })
        .catch(rethrowDatabaseError)
      return row?.mcpEpoch
    },
    renew: async (id) => {
      const data = { mcpEpoch: { increment: 1 } }
      const [row] = await prisma.agent.updateManyAndReturn({ where: { id }, data }).catch(rethrowDatabaseError)
      return row?.mcpEpoch
    },
  }
}
