import { Problem } from '@parley/contracts'
import { Prisma } from './generated/client.ts'

/** Not reachable, connection closed, pool or transaction timed out, write conflict: the same query may succeed again. */
const passing = new Set(['P1001', 'P1002', 'P1008', 'P1011', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037'])
/** The classes of PostgreSQL's own codes for the same: connection, resources, operator intervention, rollback. */
const passingStates = /^(08|53|57|40)/

/** Rethrows a database failure: Problem `unavailable` when it may pass, else as it is. */
export function toStoreProblem(error: unknown): never {
  if (!isPassing(error)) throw error
  throw new Problem('unavailable', 'The database is not available at the moment', { cause: error })
}

function isPassing(error: unknown): boolean {
  if (error instanceof Problem) return false
  if (error instanceof Prisma.PrismaClientInitializationError) return true
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false
  return passing.has(error.code) || passingStates.test(String(toSqlState(error)))
}

/** Raw queries fail with P2010, whose meta holds what the driver said. */
function toSqlState(error: Prisma.PrismaClientKnownRequestError): unknown {
  const driver = error.meta?.['driverAdapterError'] as { cause?: { originalCode?: unknown } } | undefined
  return driver?.cause?.originalCode
}
