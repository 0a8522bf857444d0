import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startNats } from '@parley/local-infrastructure'
import { expect, test } from 'vitest'
import { connectBus } from '../src/index.ts'
import { lab } from './contracts.ts'

test('a server that restarts: the bus reconnects and goes on', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'parley-bus-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  const first = await startNats({ dir })
  const statuses: string[] = []
  const settings = { servers: first.url, name: 'test', onStatus: (status: string) => statuses.push(status) }
  const server = stack.use(await connectBus(settings))
  const client = stack.use(await connectBus({ servers: first.url, name: 'client' }))
  server.handle(lab.echo, (input) => input)
  server.handle(lab.count, async function* () {
    for (let count = 0; ; count++) yield { count }
  })
  await server.flush()
  const reading = client.stream(lab.count, { count: 0 })
  await reading.next()

  await first.stop()
  await expect.poll(() => server.connected).toBe(false)
  stack.use(await startNats({ dir, port: first.port }))

  await expect.poll(() => server.connected && client.connected, { timeout: 8_000 }).toBe(true)
  expect(await client.request(lab.echo, { text: 'back again' })).toEqual({ text: 'back again' })
  expect(statuses).toEqual(['disconnected', 'reconnected'])
  // What was under way when the server went either goes on whole or fails; it never skips a chunk.
  let expected = 1
  const failure = await (async () => {
    for await (const { count } of reading) {
      expect(count).toBe(expected++)
      if (expected > 200) return undefined
    }
    return 'ended'
  })().catch((error: unknown) => error)
  if (failure !== undefined) expect(failure).toMatchObject({ retryable: true })
})

test('no server at all is said at once, with its address', async () => {
  await expect(
    connectBus({ servers: 'nats://127.0.0.1:9', name: 'test', connectTimeoutMs: 500 }),
  ).rejects.toMatchObject({
    code: 'unavailable',
    detail: 'No NATS server answers at 127.0.0.1:9',
  })
})
