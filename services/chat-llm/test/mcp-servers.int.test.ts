import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mcp } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import { startMcpFake, type McpFake } from '@parley/testkit/mcp-fake'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openChat, type ChatFixture } from './fixture.ts'

const stdioServer = fileURLToPath(import.meta.resolve('@parley/testkit/mcp-fake/stdio'))
let fake: McpFake
let service: ChatFixture
let calls: string
const stack = new AsyncDisposableStack()
beforeAll(async () => {
  fake = stack.use(await startMcpFake({ bearer: 'secret' }))
  const folder = await mkdtemp(join(tmpdir(), 'parley-mcp-'))
  stack.defer(() => rm(folder, { recursive: true }))
  calls = join(folder, 'calls')
  const headers = { authorization: 'Bearer secret' }
  const servers = {
    program: { command: process.execPath, args: [stdioServer, calls] },
    remote: { url: `${fake.url}/mcp`, headers },
    older: { url: `${fake.url}/sse`, transport: 'sse', headers, trusted: true },
    'nobody-there': { url: 'http://127.0.0.1:9/mcp' },
  }
  service = stack.use(await openChat({ MCP_SERVERS: JSON.stringify({ mcpServers: servers }) }))
  await vi.waitFor(async () => {
    if ((await names()).length < 15)
      throw new Error(`not yet: ${service.lines.filter((line) => line.includes('tool server')).join('')}`)
  }, 8_000)
})
afterAll(() => stack.disposeAsync())

const person = newPerson()
async function names(): Promise<string[]> {
  const { tools } = await callAs(person, () => service.bus.request(mcp.listTools, {}))
  return tools.map(({ name }) => name).filter((name) => /^(?:program|remote|older|nobody)/.test(name))
}
const call = (name: string, args: Record<string, unknown> = {}, signal?: AbortSignal) =>
  callAs(person, () => service.bus.request(mcp.callTool, { name, arguments: args }, signal ? { signal } : {}))

describe.each(['program', 'remote', 'older'])('a configured tool server (%s)', (server) => {
  test('has its tools under its name, and does what it is told', async () => {
    expect(await names()).toContain(`${server}_turn_on`)
    expect(await call(`${server}_turn_on`)).toEqual({ text: 'The lamp is on', failed: false })
    expect(await call(`${server}_dim`, { percent: 5 })).toEqual({ text: '{"percent":5}', failed: false })
    if (server === 'program') await expect.poll(() => readFile(calls, 'utf8')).toBe('turn_on\ndim 5\n')
    else expect(fake.lamp.calls.slice(-2)).toEqual(['turn_on', 'dim 5'])
  })

  test('says what went wrong', async () => {
    expect(await call(`${server}_burn`)).toEqual({ text: 'It is too hot', failed: true })
    expect(await call(`${server}_dim`, { percent: 500 })).toMatchObject({ failed: true })
  })
})

test('a call that is called off is called off over there, too', async () => {
  const leaving = new AbortController()
  const waiting = call('remote_wait', {}, leaving.signal)
  await expect.poll(() => fake.lamp.waiting.length).toBe(1)
  leaving.abort(new Error('barge-in'))
  await expect(waiting).rejects.toThrow('barge-in')
  await fake.lamp.waiting[0]
})

test('tools that come later are there', async () => {
  fake.addTool('blink')
  await expect.poll(names).toContain('older_blink')
  await expect.poll(names).toContain('remote_blink')
})

test('a server that forgot the session is asked for another, and a call is made again only where that does no harm', async () => {
  fake.forget()
  const before = fake.lamp.calls.length
  expect(await call('remote_turn_off')).toEqual({ text: 'The lamp is off', failed: false })
  expect(fake.lamp.calls.slice(before)).toEqual(['turn_off'])
  fake.forget()
  expect(await call('remote_turn_on')).toEqual({
    text: 'Error: The service cannot be reached at the moment.',
    failed: true,
  })
  await expect.poll(() => call('remote_turn_on')).toEqual({ text: 'The lamp is on', failed: false })
  expect(fake.authorizations.every((given) => given === 'Bearer secret')).toBe(true)
})

test('one that cannot be reached stops nobody, and is reported', () => {
  const lines = service.lines.filter((line) => line.includes('nobody-there'))
  expect(lines[0]).toContain('a tool server cannot be reached')
})
