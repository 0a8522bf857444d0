import { createServer } from 'node:http'
import { json, Router } from 'express'
import { currentContext } from '@parley/bus'
import { Problem } from '@parley/contracts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHttpApp } from './http.ts'
import { listen, type Listening } from './listen.ts'
import { createLogger } from './logger.ts'

let lines: Record<string, unknown>[]
let logged: Promise<void>
let edge: Listening

function teaRoutes(): Router {
  const router = Router()
  router.get('/cups/:id', (request, response) => void response.json({ id: request.params.id, ...currentContext() }))
  router.post('/cups', json({ limit: 100 }), (request, response) => void response.json(request.body))
  router.get('/problem', () => {
    throw new Problem('conflict', 'Someone drinks from it', { issues: [{ path: 'id', message: 'in use' }] })
  })
  router.get('/bug', () => Promise.reject(new Error('the password is 1234')))
  router.get('/file', (_request, response) => response.sendFile('/nowhere/tea.txt'))
  router.get('/broken', (_request, response) => {
    response.write('half a ')
    throw new Error('the pot broke')
  })
  return router
}

beforeEach(async () => {
  lines = []
  const written = Promise.withResolvers<void>()
  logged = written.promise
  const write = (line: string) => {
    lines.push(JSON.parse(line))
    if (lines.at(-1)?.['msg'] === 'request') written.resolve()
  }
  const log = createLogger({ service: 'tea', level: 'info', destination: { write } })
  edge = await listen(createServer(createHttpApp({ log, routers: [teaRoutes()] })), 0, '127.0.0.1')
})
afterEach(() => edge[Symbol.asyncDispose]())

const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${edge.port}${path}`, init)
const post = (body: string) => ask('/cups', { method: 'POST', body, headers: { 'content-type': 'application/json' } })

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  const body = (await response.json()) as Record<string, unknown>
  expect(body).toMatchObject({ status: response.status, requestId: response.headers.get('x-request-id') })
  return body
}

describe('a failure is told as problem details', () => {
  test('that say what a Problem says', async () => {
    expect(await problemOf(await ask('/problem'))).toEqual({
      type: 'urn:parley:problem:conflict',
      title: 'The state does not allow this',
      status: 409,
      code: 'conflict',
      detail: 'Someone drinks from it',
      retryable: false,
      issues: [{ path: 'id', message: 'in use' }],
      requestId: expect.any(String),
    })
    expect(lines.filter(({ level }) => level === 50)).toEqual([])
  })

  test('that keep the text of an unknown error for the log', async () => {
    const problem = await problemOf(await ask('/bug'))
    expect(problem).toMatchObject({ status: 500, code: 'internal', detail: 'Something went wrong on our side' })
    expect(JSON.stringify(problem)).not.toContain('1234')
    const { requestId } = problem
    const line = { level: 50, path: '/bug', requestId, error: { message: 'the password is 1234' } }
    expect(lines).toContainEqual(expect.objectContaining({ ...line, error: expect.objectContaining(line.error) }))
  })

  test.each<[string, () => Promise<Response>, string, number]>([
    ['a body that is not JSON', () => post('{"cups":'), 'bad-request', 400],
    ['a body that is too large', () => post(JSON.stringify('x'.repeat(100))), 'too-large', 413],
    ['a path that is nowhere', () => ask('/pots'), 'not-found', 404],
    ['a method that is not served', () => ask('/problem', { method: 'DELETE' }), 'not-found', 404],
    ['a path that cannot be decoded', () => ask('/cups/%ff'), 'bad-request', 400],
    ['a file that is not there', () => ask('/file'), 'not-found', 404],
  ])('for %s', async (_what, send, code, status) => {
    const problem = await problemOf(await send())
    expect(problem).toMatchObject({ code, status })
    expect(JSON.stringify(problem)).not.toMatch(/nowhere|SyntaxError/)
  })

  test('unless the answer has begun: then it is cut, and the log says why', async () => {
    const response = await ask('/broken')
    await expect(response.text()).rejects.toThrow()
    await logged
    const error = expect.objectContaining({ message: 'the pot broke' })
    expect(lines).toContainEqual(expect.objectContaining({ level: 50, path: '/broken', error }))
  })
})

describe('the request id', () => {
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`

  test('is taken from the caller, with the trace, and given back', async () => {
    const response = await ask('/cups/7', { headers: { 'x-request-id': 'from-the-app.1', traceparent } })
    expect(response.headers.get('x-request-id')).toBe('from-the-app.1')
    expect(await response.json()).toEqual({ id: '7', requestId: 'from-the-app.1', traceparent })
  })

  test.each([undefined, 'two words', 'x'.repeat(129), '<script>'])('is made when the caller says %j', async (given) => {
    const response = await ask('/cups/7', given ? { headers: { 'x-request-id': given } } : {})
    const { requestId } = (await response.json()) as { requestId: string }
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/)
    expect(response.headers.get('x-request-id')).toBe(requestId)
  })
})

describe('the log line of a request', () => {
  test('names the route, not what was in the path', async () => {
    await ask('/cups/my-secret-cup?token=hunter2', { headers: { 'x-request-id': 'request-1' } })
    await logged
    expect(lines).toMatchObject([
      {
        msg: 'request',
        method: 'GET',
        route: '/cups/:id',
        status: 200,
        requestId: 'request-1',
        durationMs: expect.any(Number),
      },
    ])
    expect(JSON.stringify(lines)).not.toMatch(/my-secret-cup|hunter2/)
  })

  test('is written for what is nowhere, too', async () => {
    await ask('/pots')
    await logged
    expect(lines).toMatchObject([{ msg: 'request', route: 'none', status: 404 }])
  })
})

test('the server does not say what it is made of', async () => {
  const response = await ask('/cups/7')
  expect(response.headers.get('x-powered-by')).toBeNull()
})
