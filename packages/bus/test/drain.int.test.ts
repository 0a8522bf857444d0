import { describe, expect, test } from 'vitest'
import { problemOf, signalOf, useBuses } from './buses.ts'
import { lab } from './contracts.ts'

const buses = useBuses()

describe('drain', () => {
  test('answers what is in flight and takes nothing new', async () => {
    const leaving = await buses.connectTo('leaving')
    const gate = signalOf()
    const started = signalOf()
    leaving.handle(lab.echo, async (input) => {
      started.resolve()
      await gate.promise
      return input
    })
    leaving.handle(lab.count, async function* () {
      yield { count: 1 }
      await gate.promise
      yield { count: 2 }
    })
    await leaving.flush()
    const answer = buses.client.request(lab.echo, { text: 'in flight' })
    const chunks = buses.client.stream(lab.count, { count: 0 })
    await chunks.next()
    await started.promise
    const drained = leaving.drain()
    await leaving.flush()
    expect(await problemOf(buses.client.request(lab.echo, { text: 'new' }))).toMatchObject({ code: 'unavailable' })
    gate.resolve()
    expect(await answer).toEqual({ text: 'in flight' })
    expect(await chunks.next()).toMatchObject({ value: { count: 2 } })
    expect(await chunks.next()).toMatchObject({ done: true })
    await drained
  })

  test('tells the reader of a stream that does not end in time', async () => {
    const leaving = await buses.connectTo('leaving', 50)
    leaving.handle(lab.count, async function* (_input, { signal }) {
      yield { count: 1 }
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    })
    await leaving.flush()
    const chunks = buses.client.stream(lab.count, { count: 0 })
    await chunks.next()
    const drained = leaving.drain()
    expect(await problemOf(chunks.next())).toMatchObject({ code: 'unavailable', retryable: true })
    await drained
  })
})
