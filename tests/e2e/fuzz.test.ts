import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPlatform, type Platform } from '../platform.ts'
import { openApi, signUp, type Api } from './api.ts'

// Every operation of the public document, asked with what no client should send: the answer is a refusal that says why.

type Schema = { type?: string; properties?: Record<string, Schema>; $ref?: string; anyOf?: Schema[] }
type Operation = {
  operationId: string
  parameters?: { name: string; in: string; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { content?: Record<string, unknown> }>
}
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

let platform: Platform
let api: Api
let document: Document
beforeAll(async () => {
  const often = '100000/60'
  platform = await startPlatform({
    RATE_LIMIT_GENERAL: often,
    RATE_LIMIT_LOGIN: often,
    RATE_LIMIT_CHAT: often,
    RATE_LIMIT_UPLOAD: often,
    RATE_LIMIT_PAIRING: often,
    RATE_LIMIT_REFUSED: often,
    SEND_LIMIT_CLIENT: '1000000/3600',
    SEND_LIMIT_NETWORK: '1000000/3600',
    REQUEST_TIMEOUT_S: '2',
  })
  api = await signUp(openApi(platform.apiUrl), 'fuzzer')
  document = (await api.call('GET', '/openapi.json')).body as unknown as Document
})
afterAll(() => platform[Symbol.asyncDispose]())

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
/** What ends the account or the session that the test comes with. */
const avoided = new Set(['logout', 'endSessions', 'deleteAccount'])

const strange = fc.oneof(
  fc.constantFrom(
    null,
    '',
    [],
    {},
    -1,
    1e308,
    'a'.repeat(70_000),
    '\u0000',
    '../../etc/passwd',
    "'; DROP TABLE users; --",
  ),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.array(fc.anything({ maxDepth: 2 }), { maxLength: 3 }),
  fc.dictionary(fc.string(), fc.anything({ maxDepth: 1 }), { maxKeys: 3 }),
)

/** For paths and queries. */
const words = fc.oneof(
  fc.constantFrom('%00', '%ff', '..%2f..%2fetc%2fpasswd', '__proto__', '-1', '1e308', '0', 'a'.repeat(500)),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).map(encodeURIComponent),
)

function propertiesOf(schema: Schema | undefined): string[] {
  if (!schema) return []
  if (schema.$ref) return propertiesOf(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''])
  return [...Object.keys(schema.properties ?? {}), ...(schema.anyOf ?? []).flatMap(propertiesOf)]
}

async function ask(
  method: string,
  path: string,
  init: { body?: string | Uint8Array<ArrayBuffer>; type?: string },
): Promise<Response> {
  return fetch(`${platform.apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${api.token}`, ...(init.type !== undefined && { 'content-type': init.type }) },
    ...(init.body !== undefined && { body: init.body }),
    signal: AbortSignal.timeout(10_000),
  })
}

/** Never a fault of ours: a success, a refusal that says what it is, or a dependency that is said to be away. */
async function expectSense(response: Response, what: string): Promise<void> {
  const text = await response.text()
  expect(response.status, `${what}: ${text.slice(0, 300)}`).not.toBe(500)
  if (response.status < 400) return
  expect(response.headers.get('content-type'), what).toMatch(/json/)
  expect(text, what).not.toMatch(/internal|stack|node_modules|prisma/i)
}

test('every operation survives what no client should send', async () => {
  const all = operations().filter(({ operation }) => !avoided.has(operation.operationId))
  expect(all.length).toBeGreaterThan(80)
  for (const { path, method, operation } of all) {
    const [body] = Object.values(operation.requestBody?.content ?? {})
    const fields = propertiesOf(body?.schema)
    await fc.assert(
      fc.asyncProperty(
        fc.array(strange, { minLength: fields.length, maxLength: fields.length }),
        strange,
        words,
        fc.constantFrom('application/json', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'),
        async (values, other, word, type) => {
          const place = path.replaceAll(/\{\w+\}/g, word)
          const query = (operation.parameters ?? [])
            .filter((parameter) => parameter.in === 'query')
            .map(({ name }) => `${name}=${word}`)
            .join('&')
          const given = fields.length > 0 ? Object.fromEntries(fields.map((name, at) => [name, values[at]])) : other
          const init = body && method !== 'GET' ? { body: JSON.stringify(given) ?? '', type } : {}
          await expectSense(await ask(method, `${place}${query && `?${query}`}`, init), `${method} ${path}`)
        },
      ),
      { numRuns: 6 },
    )
  }
}, 120_000)

describe('a body', () => {
  const json = 'application/json'
  test.each<[what: string, body: string | Uint8Array<ArrayBuffer>, status: number]>([
    ['that is no JSON', '{"a":', 400],
    ['that is not UTF-8', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), 400],
    ['that is nested too deep', `${'['.repeat(500)}${']'.repeat(500)}`, 400],
    ['whose depth hides in an object', `{"name":${'{"a":'.repeat(200)}1${'}'.repeat(200)}}`, 400],
    ['that is too large', JSON.stringify({ name: 'a'.repeat(2 * 1024 * 1024) }), 413],
  ])('%s is refused by name', async (_what, body, status) => {
    const response = await ask('POST', '/api/v1/agents', { body, type: json })
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ status, detail: expect.any(String) as string })
  })

  test('that comes too slowly is not waited for', async () => {
    const answer = await talk([
      'POST /api/v1/agents HTTP/1.1',
      'Host: x',
      `Authorization: Bearer ${api.token}`,
      'Content-Type: application/json',
      'Content-Length: 1000',
      '',
      '{"name":',
    ])
    expect(answer).toMatch(/^HTTP\/1\.1 408|^$/)
  }, 10_000)
})

describe('headers', () => {
  test('that never end are not waited for', async () => {
    expect(await talk(['GET /livez HTTP/1.1', 'Host: x', 'X-Slow: '])).toMatch(/^HTTP\/1\.1 408|^$/)
  }, 15_000)

  test('that are too many or too long are refused', async () => {
    expect(await talk(['GET /livez HTTP/1.1', 'Host: x', `X-Long: ${'a'.repeat(20_000)}`, '', ''])).toMatch(
      /^HTTP\/1\.1 431/,
    )
  })

  test('say that answers are data, and nothing else', async () => {
    const { headers } = await api.call('GET', '/api/v1/agents')
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'")
    expect([headers.get('x-content-type-options'), headers.get('strict-transport-security')]).toEqual(['nosniff', null])
  })
})

/** What comes back for these lines until the other side is done with us. */
function talk(lines: string[]): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  let answer = ''
  const socket = connect(Number(new URL(platform.apiUrl).port), '127.0.0.1')
  socket.on('data', (chunk) => {
    answer += chunk.toString()
    if (answer.includes('\r\n\r\n')) socket.end()
  })
  socket.on('error', () => undefined)
  socket.on('close', () => resolve(answer))
  socket.write(lines.join('\r\n'))
  return promise
}
