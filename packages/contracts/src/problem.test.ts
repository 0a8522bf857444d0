import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  fromProblemBody,
  parseAs,
  Problem,
  problemCodes,
  toProblem,
  toProblemBody,
  type ProblemCode,
} from './problem.ts'

const codes = Object.keys(problemCodes) as ProblemCode[]
const overTheWire = (problem: Problem) => fromProblemBody(JSON.parse(JSON.stringify(toProblemBody(problem))))

describe('a problem', () => {
  const issues = fc.option(fc.array(fc.record({ path: fc.string(), message: fc.string() })), { nil: undefined })

  test('comes over the wire as it was', () => {
    fc.assert(
      fc.property(fc.constantFrom(...codes), fc.string(), issues, (code, detail, given) => {
        const problem = overTheWire(new Problem(code, detail, { issues: given }))
        expect({ ...problem }).toEqual({ ...new Problem(code, detail, { issues: given }) })
        expect([problem.status, problem.retryable]).toEqual([problemCodes[code].status, problemCodes[code].retryable])
      }),
    )
  })

  test('tells the caller its detail and the request, and the log its cause', () => {
    const problem = new Problem('unavailable', 'Nobody is there', { cause: new Error('password is 1234') })
    expect(toProblemBody(problem, 'request-1')).toEqual({
      type: 'urn:parley:problem:unavailable',
      title: 'The service is not available',
      status: 503,
      code: 'unavailable',
      detail: 'Nobody is there',
      retryable: true,
      requestId: 'request-1',
    })
    expect(problem.cause).toMatchObject({ message: 'password is 1234' })
  })

  test('is an error with a stack and a readable message', () => {
    const problem = new Problem('conflict', 'Already bound')
    expect(problem).toBeInstanceOf(Error)
    expect(problem).toMatchObject({ name: 'Problem', message: 'conflict: Already bound' })
    expect(Object.hasOwn(problem, 'cause')).toBe(false)
  })
})

describe('what is thrown', () => {
  test('stays what it is when it is a problem', () => {
    const problem = new Problem('timeout', 'Too late')
    expect(toProblem(problem)).toBe(problem)
  })

  test.each([new Error('the password is 1234'), 'the password is 1234', undefined, null, { code: 'not-found' }])(
    'is internal otherwise, and its text stays inside: %s',
    (thrown) => {
      const problem = toProblem(thrown)
      expect(problem.code).toBe('internal')
      expect(problem.cause).toBe(thrown)
      expect(JSON.stringify(toProblemBody(problem))).not.toContain('1234')
    },
  )
})

describe('a body from elsewhere', () => {
  const body = toProblemBody(new Problem('not-found', 'No such device'))

  test.each(['brand-new', 'constructor', '__proto__', 'toString', ''])(
    'with the unknown code %j is internal',
    (code) => {
      const problem = fromProblemBody({ ...body, code })
      expect(problem).toMatchObject({ code: 'internal', status: 500, retryable: false, detail: 'No such device' })
    },
  )

  test('does not decide about status and retry itself', () => {
    const problem = fromProblemBody({ ...body, status: 200, retryable: true })
    expect(problem).toMatchObject({ code: 'not-found', status: 404, retryable: false })
  })

  test('may have fields that this version does not know', () => {
    expect(fromProblemBody({ ...body, hint: 'new' })).toMatchObject({ code: 'not-found', detail: 'No such device' })
  })

  test.each([undefined, null, 'gone', [], {}, { ...body, detail: 5 }])('that is none is internal: %j', (given) => {
    const problem = fromProblemBody(given)
    expect(problem).toMatchObject({ code: 'internal', detail: problemCodes.internal.title })
    expect(problem.cause).toBe(given)
  })
})

describe('parseAs', () => {
  const Order = z.object({ name: z.string().default('tea'), items: z.array(z.object({ count: z.number().min(1) })) })

  test('gives the value as the schema reads it', () => {
    expect(parseAs(Order, { items: [{ count: 2, size: 'L' }] }, 'The order')).toEqual({
      name: 'tea',
      items: [{ count: 2 }],
    })
  })

  test('names every wrong field by its path', () => {
    const wrong = () => parseAs(Order, { name: 5, items: [{ count: 1 }, { count: 0 }] }, 'The order')
    expect(wrong).toThrow(Problem)
    expect(wrong).toThrow(
      expect.objectContaining({
        code: 'bad-request',
        detail: expect.stringMatching(/^The order is not valid: name: .+; items\.1\.count: .+$/),
        issues: [
          { path: 'name', message: expect.any(String) },
          { path: 'items.1.count', message: expect.any(String) },
        ],
      }),
    )
  })

  test('has no path to name when the whole value is wrong', () => {
    const wrong = () => parseAs(Order, 'tea', 'The order')
    expect(wrong).toThrow(expect.objectContaining({ issues: [{ path: '', message: expect.any(String) }] }))
    expect(wrong).toThrow(/The order is not valid: [^:]+: expected object/)
  })
})

test.each(codes)('%s has an HTTP status for failures and a title', (code) => {
  const { status, title } = problemCodes[code]
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(600)
  expect(title).not.toBe('')
})
