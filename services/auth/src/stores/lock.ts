import type { PrismaClient } from './generated/client.ts'

export type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0]

/** Until the transaction ends, whoever locks the same name waits. */
export async function lock(transaction: Transaction, name: string): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`
}
