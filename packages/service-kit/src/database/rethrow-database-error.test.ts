import { Problem } from '@parley/contracts'
import { expect, test } from 'vitest'
import { rethrowDatabaseError } from './rethrow-database-error.ts'

const known = (code: string, cause?: object) =>
  Object.assign(new Error('failed'), { code, meta: cause && { driverAdapterError: { cause } } })

test.each<[what: string, error: Error]>([
  ['a database that is down', known('P1001')],
  ['the same under a raw query', known('P2010', { kind: 'DatabaseNotReachable' })],
  ['an ended session', known('P2010', { kind: 'postgres', originalCode: '57P01' })],
  ['a deadlock', known('P2010', { kind: 'postgres', originalCode: '40P01' })],
  ['a cut connection', new Error('Connection terminated unexpectedly')],
  ['a full pool', new Error('timeout exceeded when trying to connect')],
])('%s may pass', (_, error) => {
  expect(() => rethrowDatabaseError(error)).toThrow(expect.objectContaining({ code: 'unavailable', cause: error }))
})

test.each<[what: string, error: unknown]>([
  ['a broken constraint', known('P2010', { kind: 'ForeignKeyConstraintViolation', originalCode: '23503' })],
  ['a mistake', new TypeError('x is not a function')],
  ['a problem', new Problem('conflict', 'taken')],
  ['something that is no error', 'text'],
])('%s stays what it is', (_, error) => {
  const thrown = (() => {
    try {
      rethrowDatabaseError(error)
    } catch (caught) {
      return caught
    }
  })()
  expect(thrown).toBe(error)
})
