import { Problem } from '@parley/contracts'

/** Prisma's codes for: not reachable, connection closed, pool or transaction timed out, write conflict. */
const passingCodes = new Set(['P1001', 'P1002', 'P1008', 'P1011', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037'])
/** The driver adapter's words for the same, which raw queries carry inside a P2010. */
const passingKinds = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
  'TransactionWriteConflict',
])
/** PostgreSQL's classes: connection, resources, operator intervention, transaction rollback. */
const passingStates = /^(?:08|53|57|40)/
/** What pg and its pool throw without any code. */
const passingMessages = /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered)/

type DatabaseError = {
  name: string
  code?: string
  message: string
  meta?: { driverAdapterError?: { cause?: { kind?: string; originalCode?: string } } }
}

/**
 * For the `catch` of a query: throws Problem `unavailable` when the same query may succeed a moment later, and the
 * error as it is otherwise.
 */
export function rethrowDatabaseError(error: unknown): never {
  if (!(error instanceof Problem) && mayPass(error)) {
    throw new Problem('unavailable', 'The database is not available at the moment', { cause: error })
  }
  throw error
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { name, message, code = '', meta } = error as DatabaseError
  const { kind = '', originalCode = '' } = meta?.driverAdapterError?.cause ?? {}
  return (
    name === 'PrismaClientInitializationError' ||
    passingCodes.has(code) ||
    passingKinds.has(kind) ||
    passingStates.test(originalCode) ||
    passingMessages.test(message)
  )
}
