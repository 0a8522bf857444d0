import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, test } from 'vitest'

type Line = { msg: string; [field: string]: unknown }

const usual = { TEA_LEAVES: 'green', TEA_KEY: 'hunter2' }
const children = new Set<ChildProcess>()
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})

/** The test service as a process of its own. */
function startTea(environment: Record<string, string>) {
  const path = join(import.meta.dirname, '../test/tea-service.ts')
  const child = fork(path, { env: environment, execArgv: [], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  children.add(child)
  const lines: Line[] = []
  const reader = createInterface({ input: child.stdout! })
  reader.on('line', (text) => {
    lines.push(JSON.parse(text) as Line)
    reader.emit('logged')
  })
  const read = once(reader, 'close')
  const exited = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>
  return {
    child,
    logged: async (message: string): Promise<Line> => {
      for (;;) {
        const found = lines.find(({ msg }) => msg === message)
        if (found) return found
        await Promise.race([once(reader, 'logged'), read.then(() => Promise.reject(new Error(`no "${message}"`)))])
      }
    },
    /** How it ended, and what it logged. */
    ended: async () => {
      const [[code, signal]] = await Promise.all([exited, read])
      return { code, signal, lines, messages: lines.map(({ msg }) => msg) }
    },
  }
}

describe('a signal', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('drains in order, and the process ends by itself: %s', async (signal) => {
    const tea = startTea(usual)
    const { internalPort } = await tea.logged('ready')
    expect((await fetch(`http://127.0.0.1:${internalPort}/readyz`)).status).toBe(200)
    tea.child.kill(signal)
    const { lines, messages, ...end } = await tea.ended()
    expect(end).toEqual({ code: 0, signal: null })
    expect(messages).toEqual(['ready', 'stopping', 'edge closing', 'store closed', 'stopped'])
    expect(lines).toContainEqual(expect.objectContaining({ msg: 'stopping', signal }))
    expect(lines).toContainEqual(expect.objectContaining({ msg: 'edge closing', status: 503 }))
  })

  test('that comes while the app opens stops it as soon as it is open', async () => {
    const tea = startTea({ ...usual, TEA_OPENS_SLOWLY: 'true' })
    await tea.logged('opening')
    tea.child.kill('SIGTERM')
    tea.child.send('open')
    expect(await tea.ended()).toMatchObject({ code: 0, messages: expect.arrayContaining(['store closed', 'stopped']) })
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('that comes second ends the process at once: %s', async (second) => {
    const tea = startTea({ ...usual, TEA_NEVER_CLOSES: 'true' })
    await tea.logged('ready')
    tea.child.kill('SIGTERM')
    await tea.logged('edge closing')
    tea.child.kill(second)
    const { code, messages } = await tea.ended()
    expect(code).toBe(1)
    expect(messages.at(-1)).toBe('second signal: ending at once')
  })
})

describe('a service that cannot run ends with 1', () => {
  test('and the name of every wrong variable, without secrets', async () => {
    const { code, lines } = await startTea({
      TEA_LEAVES: 'oolong',
      INTERNAL_PORT: 'ninety',
      TEA_KEY_FILE: '/nowhere',
    }).ended()
    expect([code, lines.length]).toEqual([1, 1])
    expect(lines[0]).toMatchObject({ level: 60, service: 'tea' })
    for (const name of ['TEA_LEAVES is "oolong"', 'INTERNAL_PORT is "ninety"', 'TEA_KEY_FILE is "/nowhere"']) {
      expect(lines[0]?.msg).toContain(name)
    }
  })

  test('and what it had opened is closed', async () => {
    const { code, lines, messages } = await startTea({ ...usual, TEA_FAILS_TO_OPEN: 'true' }).ended()
    expect(code).toBe(1)
    expect(messages).toEqual(['store closed', 'the service failed'])
    expect(lines.at(-1)).toMatchObject({ level: 60, error: { message: 'the pot is broken' } })
  })

  test('and the port that is taken', async () => {
    const server = createServer().listen(0)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const { code, lines } = await startTea({ ...usual, INTERNAL_PORT: String(port) }).ended()
    server.close()
    expect(code).toBe(1)
    expect(lines.at(-1)).toMatchObject({ error: { message: expect.stringContaining(`Port ${port} cannot be used`) } })
  })

  test('and what went wrong while it closed, with the rest closed all the same', async () => {
    const tea = startTea({ ...usual, TEA_FAILS_TO_CLOSE: 'true' })
    await tea.logged('ready')
    tea.child.kill('SIGTERM')
    const { code, lines, messages } = await tea.ended()
    expect(code).toBe(1)
    expect(messages).toEqual(['ready', 'stopping', 'edge closing', 'store closed', 'the service failed'])
    expect(lines.at(-1)).toMatchObject({ error: { message: 'the pot is stuck' } })
  })
})
