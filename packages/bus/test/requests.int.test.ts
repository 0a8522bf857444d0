import { setTimeout as delay } from 'node:timers/promises'
import { Problem } from '@parley/contracts'
import { describe, expect, test } from 'vitest'
import { currentContext, makeContext, withContext } from '../src/index.ts'
import { problemOf, signalOf, useBuses } from './buses.ts'
import { lab } from './contracts.ts'

const buses = useBuses()

describe('request', () => {
  test('is answered by the handler', async () => {
    await buses.serving(buses.server.handle(lab.echo, ({ text }) => ({ text: text.toUpperCase() })))
    expect(await buses.client.request(lab.echo, { text: 'hello' })).toEqual({ text: 'HELLO' })
  })

  test('reaches the holder of its token and nobody else', async () => {
    await buses.serving(
      buses.server.handle(lab.call, (_input, { tokens }) => ({ text: tokens['deviceId'] ?? '' }), {
        tokens: { deviceId: 'aa:bb' },
      }),
    )
    expect(await buses.client.request(lab.call, { text: '' }, { tokens: { deviceId: 'aa:bb' } })).toEqual({
      text: 'aa:bb',
    })
    const other = await problemOf(buses.client.request(lab.call, { text: '' }, { tokens: { deviceId: 'cc:dd' } }))
    expect(other.code).toBe('unavailable')
  })

  test.each(['*', '>', 'a.b', '', 'a b', 'ü', 'x'.repeat(129)])('refuses the hostile token %j', async (deviceId) => {
    const problem = await problemOf(buses.client.request(lab.call, { text: '' }, { tokens: { deviceId } }))
    expect(problem).toMatchObject({ code: 'bad-request', issues: [{ path: 'deviceId' }] })
  })

  test('with a bad payload is a bad request that names the field', async () => {
    await buses.serving(buses.server.handle(lab.echo, (input) => input))
    const problem = await problemOf(buses.client.request(lab.echo, { text: 5 } as never))
    expect(problem).toMatchObject({ code: 'bad-request', status: 400, issues: [{ path: 'text' }] })
  })

  test('with nobody listening is unavailable at once', async () => {
    const startedAt = performance.now()
    const problem = await problemOf(buses.client.request(lab.echo, { text: 'anybody?' }))
    expect(problem).toMatchObject({ code: 'unavailable', retryable: true })
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })

  test('to a silent handler times out, and the handler is told', async () => {
    const told = signalOf<unknown>()
    await buses.serving(
      buses.server.handle(lab.slow, (_input, { signal }) => {
        signal.addEventListener('abort', () => told.resolve(signal.reason))
        return new Promise<never>(() => undefined)
      }),
    )
    expect(await problemOf(buses.client.request(lab.slow, { text: '' }))).toMatchObject({ code: 'timeout' })
    expect(await told.promise).toMatchObject({ code: 'timeout' })
  })

  test('may wait longer than usual, up to the most the contract allows', async () => {
    await buses.serving(buses.server.handle(lab.slow, async (input) => (await delay(250), input)))
    expect(await buses.client.request(lab.slow, { text: 'patient' }, { timeoutMs: 900 })).toEqual({ text: 'patient' })
  })

  test('whose handler throws is internal, without its text', async () => {
    await buses.serving(buses.server.handle(lab.echo, () => Promise.reject(new Error('the password is 1234'))))
    const problem = await problemOf(buses.client.request(lab.echo, { text: '' }))
    expect(problem.code).toBe('internal')
    expect(JSON.stringify(problem) + problem.message).not.toContain('1234')
    expect(buses.failures).toEqual([
      { error: expect.objectContaining({ message: 'the password is 1234' }), subject: 'lab.v1.echo' },
    ])
  })

  test('carries the problem that the handler throws', async () => {
    const issues = [{ path: 'code', message: 'is used up' }]
    await buses.serving(
      buses.server.handle(lab.echo, () =>
        Promise.reject(new Problem('not-found', 'There is no such code', { issues })),
      ),
    )
    expect(await problemOf(buses.client.request(lab.echo, { text: '' }))).toMatchObject({
      code: 'not-found',
      detail: 'There is no such code',
      issues,
    })
  })

  test('whose answer breaks the contract is internal', async () => {
    await buses.serving(buses.server.handle(lab.echo, () => ({ wrong: true }) as never))
    expect(await problemOf(buses.client.request(lab.echo, { text: '' }))).toMatchObject({ code: 'internal' })
  })

  test('larger than the bus carries is refused before it is sent, and so is an answer', async () => {
    await buses.serving(buses.server.handle(lab.echo, () => ({ text: 'x'.repeat(600_000) })))
    expect(await problemOf(buses.client.request(lab.echo, { text: 'x'.repeat(600_000) }))).toMatchObject({
      code: 'too-large',
    })
    expect(await problemOf(buses.client.request(lab.echo, { text: 'small' }))).toMatchObject({ code: 'too-large' })
  })

  test('ends with the reason of its signal', async () => {
    await buses.serving(buses.server.handle(lab.echo, () => new Promise<never>(() => undefined)))
    const abort = new AbortController()
    const answer = buses.client.request(lab.echo, { text: '' }, { signal: abort.signal })
    abort.abort('no longer wanted')
    await expect(answer).rejects.toBe('no longer wanted')
  })

  test('carries the request id and the trace', async () => {
    await buses.serving(buses.server.handle(lab.echo, () => ({ text: JSON.stringify(currentContext()) })))
    const context = makeContext({ requestId: 'r-1' })
    const { text } = await withContext(context, () => buses.client.request(lab.echo, { text: '' }))
    expect(JSON.parse(text)).toEqual(context)
  })

  test('is answered by one of the instances that share the work', async () => {
    const second = await buses.connectTo('second')
    let answers = 0
    const handler = (input: { text: string }) => (answers++, input)
    await buses.serving(buses.server.handle(lab.echo, handler))
    second.handle(lab.echo, handler)
    await second.flush()
    await Promise.all(Array.from({ length: 20 }, () => buses.client.request(lab.echo, { text: '' })))
    expect(answers).toBe(20)
    await second.drain()
  })

  test('beyond what a handler may have waiting is overloaded', async () => {
    const gate = signalOf()
    await buses.serving(
      buses.server.handle(lab.echo, async (input) => (await gate.promise, input), { concurrency: 2, queue: 1 }),
    )
    const calls = Array.from({ length: 5 }, () =>
      buses.client.request(lab.echo, { text: '' }).then(
        () => 'answered',
        (problem: Problem) => problem.code,
      ),
    )
    const refused = await Promise.race(calls)
    gate.resolve()
    expect(refused).toBe('overloaded')
    expect((await Promise.all(calls)).toSorted()).toEqual([
      'answered',
      'answered',
      'answered',
      'overloaded',
      'overloaded',
    ])
  })
})
