import { once } from 'node:events'
import { Agent, createServer, get, request, type IncomingMessage, type Server } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { listen, type Listening } from './listen.ts'

const host = '127.0.0.1'
let asked: PromiseWithResolvers<void>
let answer: PromiseWithResolvers<void>
let server: Server
let listening: Listening

beforeEach(async () => {
  asked = Promise.withResolvers()
  answer = Promise.withResolvers()
  server = createServer((request, response) => {
    if (request.url === '/quick') return response.end('quick')
    if (request.url === '/begun') response.write('begun, ')
    asked.resolve()
    void answer.promise.then(() => response.end('done'))
  })
  listening = await listen(server, 0, host)
})

afterEach(async () => {
  vi.useRealTimers()
  answer.resolve()
  await listening[Symbol.asyncDispose]()
})

async function ask(path: string, agent: Agent | false = false): Promise<string> {
  const [response] = (await once(get({ host, port: listening.port, path, agent }), 'response')) as [IncomingMessage]
  return text(response)
}

/** Closes; a close that takes as long as its bound has waited for something it should not have. */
async function closeSoon(): Promise<void> {
  const startedAt = performance.now()
  await listening[Symbol.asyncDispose]()
  expect(performance.now() - startedAt).toBeLessThan(2_500)
}

test('takes a free port and says which', async () => {
  expect(listening.port).toBeGreaterThan(0)
  expect(await ask('/quick')).toBe('quick')
})

test('names a port that is taken', async () => {
  const taken = listen(createServer(), listening.port, host)
  await expect(taken).rejects.toThrow(new RegExp(`^Port ${listening.port} cannot be used: .*EADDRINUSE`))
})

describe('closing', () => {
  test('refuses new connections at once', async () => {
    const underWay = ask('/slow')
    await asked.promise
    const closed = listening[Symbol.asyncDispose]()
    const late = connect(listening.port, host)
    await expect(once(late, 'connect')).rejects.toThrow('ECONNREFUSED')
    answer.resolve()
    await Promise.all([underWay, closed])
  })

  test.each(['/slow', '/begun'])('lets the request under way finish: %s', async (path) => {
    const underWay = ask(path)
    await asked.promise
    const closed = closeSoon()
    answer.resolve()
    expect(await underWay).toMatch(/done$/)
    await closed
  })

  test('is not held up by idle connections', async () => {
    const agent = new Agent({ keepAlive: true })
    expect(await ask('/quick', agent)).toBe('quick')
    const silent = connect(listening.port, host)
    await once(silent, 'connect')
    await closeSoon()
    agent.destroy()
  })

  test.each(['/slow', '/begun'])(
    'is not held up by a connection kept alive after its last request: %s',
    async (path) => {
      const agent = new Agent({ keepAlive: true })
      const underWay = ask(path, agent)
      await asked.promise
      const closed = closeSoon()
      answer.resolve()
      expect(await underWay).toMatch(/done$/)
      await closed
      agent.destroy()
    },
  )

  test('is bounded: after five seconds what is still open is cut, upgraded connections too', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    server.on('upgrade', (_request, socket) => {
      socket.on('error', () => undefined)
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tea\r\n\r\n')
    })
    const headers = { connection: 'upgrade', upgrade: 'tea' }
    const upgrading = request({ host, port: listening.port, headers, agent: false }).end()
    const [, socket] = (await once(upgrading, 'upgrade')) as [IncomingMessage, NodeJS.Socket]
    socket.on('error', () => undefined)
    const hanging = ask('/slow').catch((error: Error) => error.message)
    await asked.promise
    const closed = listening[Symbol.asyncDispose]()
    await vi.advanceTimersByTimeAsync(5_000)
    await closed
    expect(await hanging).toBe('socket hang up')
  })
})
