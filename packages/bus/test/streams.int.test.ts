import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { collect, problemOf, signalOf, useBuses } from './buses.ts'
import { lab } from './contracts.ts'

const buses = useBuses()

describe('stream', () => {
  async function* countTo(count: number): AsyncGenerator<{ count: number }> {
    for (let index = 0; index < count; index++) yield { count: index }
  }

  test('gives every chunk in order, then ends', async () => {
    await buses.serving(buses.server.handle(lab.count, ({ count }) => countTo(count)))
    const chunks = await collect(buses.client.stream(lab.count, { count: 1_000 }))
    expect(chunks.map(({ count }) => count)).toEqual(Array.from({ length: 1_000 }, (_, index) => index))
  })

  test('carries raw bytes', async () => {
    await buses.serving(
      buses.server.handle(lab.media, async function* ({ count }) {
        for (let index = 0; index < count; index++) yield Uint8Array.of(index, 255 - index)
      }),
    )
    const chunks = await collect(buses.client.stream(lab.media, { count: 20 }))
    expect(chunks.map((chunk) => [...chunk])).toEqual(Array.from({ length: 20 }, (_, index) => [index, 255 - index]))
  })

  test('longer than its idle limit completes, however quiet the handler is', async () => {
    await buses.serving(
      buses.server.handle(lab.count, async function* () {
        yield { count: 1 }
        await delay(lab.count.idleMs * 2.5)
        yield { count: 2 }
      }),
    )
    expect(await collect(buses.client.stream(lab.count, { count: 0 }))).toEqual([{ count: 1 }, { count: 2 }])
  })

  test('whose producer is killed fails when it has been silent for the idle limit', async () => {
    const producer = fork(join(import.meta.dirname, 'endless-producer.ts'), [
      buses.corner.natsUrl,
      buses.corner.subjectPrefix,
    ])
    buses.cleanUp(() => void producer.kill('SIGKILL'))
    await once(producer, 'message')
    const reading = buses.client.stream(lab.count, { count: 0 })
    await reading.next()
    producer.kill('SIGKILL')
    expect(await problemOf(collect(reading))).toMatchObject({ code: 'timeout', retryable: true })
  })

  test('nobody serves is unavailable at once', async () => {
    expect(await problemOf(collect(buses.client.stream(lab.count, { count: 1 })))).toMatchObject({
      code: 'unavailable',
    })
  })

  test('with a bad payload is a bad request', async () => {
    await buses.serving(buses.server.handle(lab.count, ({ count }) => countTo(count)))
    expect(await problemOf(collect(buses.client.stream(lab.count, { count: -1 })))).toMatchObject({
      code: 'bad-request',
      issues: [{ path: 'count' }],
    })
  })

  test('whose handler throws gives what came before, then internal without its text', async () => {
    await buses.serving(
      buses.server.handle(lab.count, async function* () {
        yield { count: 1 }
        throw new Error('secret')
      }),
    )
    const seen: number[] = []
    const problem = await problemOf(
      (async () => {
        for await (const { count } of buses.client.stream(lab.count, { count: 0 })) seen.push(count)
      })(),
    )
    expect(seen).toEqual([1])
    expect(problem.code).toBe('internal')
    expect(problem.message).not.toContain('secret')
  })

  test('that is left early stops its producer', async () => {
    const stopped = signalOf<unknown>()
    let ended = false
    await buses.serving(
      buses.server.handle(lab.count, async function* (_input, { signal }) {
        signal.addEventListener('abort', () => stopped.resolve(signal.reason))
        try {
          for (let count = 0; ; count++) yield { count }
        } finally {
          ended = true
        }
      }),
    )
    for await (const { count } of buses.client.stream(lab.count, { count: 0 })) if (count === 3) break
    expect(await stopped.promise).toMatchObject({ name: 'AbortError' })
    await expect.poll(() => ended).toBe(true)
    expect(buses.failures).toEqual([])
  })

  test('whose signal is aborted stops both ends, also while the handler waits for something', async () => {
    const stopped = signalOf()
    const started = signalOf()
    await buses.serving(
      buses.server.handle(lab.count, async function* (_input, { signal }) {
        yield { count: 1 }
        started.resolve()
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        stopped.resolve()
      }),
    )
    const abort = new AbortController()
    const reading = collect(buses.client.stream(lab.count, { count: 0 }, { signal: abort.signal }))
    await started.promise
    abort.abort('enough')
    await expect(reading).rejects.toBe('enough')
    await stopped.promise
  })

  test('that is left before it was accepted still stops its producer', async () => {
    const stopped = signalOf()
    await buses.serving(
      buses.server.handle(lab.count, async function* (_input, { signal }) {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        stopped.resolve()
        yield { count: 1 }
      }),
    )
    const abort = new AbortController()
    const reading = collect(buses.client.stream(lab.count, { count: 0 }, { signal: abort.signal }))
    abort.abort('changed my mind')
    await expect(reading).rejects.toBe('changed my mind')
    await stopped.promise
  })

  test('whose consumer dies stops its producer', async () => {
    const stopped = signalOf<Error>()
    const started = signalOf()
    await buses.serving(
      buses.server.handle(lab.count, async function* (_input, { signal }) {
        signal.addEventListener('abort', () => stopped.resolve(signal.reason as Error))
        started.resolve()
        for (let count = 0; ; count++) yield { count }
      }),
    )
    const dying = await buses.connectTo('dying', 0)
    const reading = dying.stream(lab.count, { count: 0 })
    await reading.next()
    await started.promise
    await dying.drain()
    expect((await stopped.promise).message).toContain('silent')
  })

  test('with a slow reader makes the producer wait', async () => {
    let produced = 0
    await buses.serving(
      buses.server.handle(lab.media, async function* () {
        for (;;) {
          produced++
          yield new Uint8Array(64 * 1024)
        }
      }),
    )
    const reading = buses.client.stream(lab.media, { count: 0 })
    await reading.next()
    await expect.poll(() => produced).toBeGreaterThanOrEqual(lab.media.window)
    // Longer than the idle limit: a reader that takes its time is not a dead one.
    await delay(lab.media.idleMs * 1.5)
    expect(produced).toBeLessThanOrEqual(lab.media.window + 2)
    for (let index = 0; index < 100; index++) await reading.next()
    expect(produced).toBeLessThanOrEqual(101 + lab.media.window + 2)
    await reading.return()
  })

  test('does not starve requests', async () => {
    const gate = signalOf()
    await buses.serving(
      buses.server.handle(
        lab.count,
        async function* () {
          await gate.promise
          yield { count: 1 }
        },
        { concurrency: 2 },
      ),
    )
    await buses.serving(buses.server.handle(lab.echo, (input) => input))
    const streams = Array.from({ length: 4 }, () => collect(buses.client.stream(lab.count, { count: 0 })))
    expect(await buses.client.request(lab.echo, { text: 'still here' })).toEqual({ text: 'still here' })
    gate.resolve()
    await Promise.all(streams)
  })
})
