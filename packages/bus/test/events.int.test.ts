import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { pinned } from '../src/index.ts'
import { problemOf, signalOf, useBuses } from './buses.ts'
import { lab } from './contracts.ts'

const buses = useBuses()

describe('event and bytes', () => {
  test('events reach every listener, in order, one after the other', async () => {
    const seen: number[][] = [[], []]
    const done = [signalOf(), signalOf()]
    for (const index of [0, 1]) {
      await buses.serving(
        buses.server.on(lab.happened, async ({ count }) => {
          await delay(count % 3)
          seen[index]?.push(count)
          if (count === 49) done[index]?.resolve()
        }),
      )
    }
    for (let count = 0; count < 50; count++) buses.client.publish(lab.happened, { count })
    await Promise.all(done.map(({ promise }) => promise))
    expect(seen[0]).toEqual(Array.from({ length: 50 }, (_, index) => index))
    expect(seen[1]).toEqual(seen[0])
  })

  test('a listener that throws gets the next event all the same', async () => {
    const second = signalOf<number>()
    await buses.serving(
      buses.server.on(lab.happened, ({ count }) => {
        if (count === 1) throw new Error('once')
        second.resolve(count)
      }),
    )
    buses.client.publish(lab.happened, { count: 1 })
    buses.client.publish(lab.happened, { count: 2 })
    expect(await second.promise).toBe(2)
    expect(buses.failures).toHaveLength(1)
  })

  test('listeners of one group share the events', async () => {
    const seen: number[] = []
    const all = signalOf()
    for (let index = 0; index < 2; index++) {
      await buses.serving(
        buses.server.on(
          lab.happened,
          ({ count }) => {
            if (seen.push(count) === 20) all.resolve()
          },
          { group: 'once' },
        ),
      )
    }
    for (let count = 0; count < 20; count++) buses.client.publish(lab.happened, { count })
    await all.promise
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index))
  })

  test('bytes arrive in order under their token', async () => {
    const seen: number[] = []
    const last = signalOf()
    await buses.serving(
      buses.server.onBytes(
        lab.frames,
        (data, { tokens }) => {
          expect(tokens).toEqual({ deviceId: 'd1' })
          seen.push(data[0] ?? -1)
          if (data[0] === 99) last.resolve()
        },
        { tokens: { deviceId: 'd1' } },
      ),
    )
    for (let index = 0; index < 100; index++)
      buses.client.publishBytes(lab.frames, Uint8Array.of(index), { tokens: { deviceId: 'd1' } })
    await last.promise
    expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index))
  })
})

describe('pin', () => {
  test('serves several subjects of one owner until it stops', async () => {
    const kicked = signalOf<string>()
    const pin = buses.server.pin(
      () => [
        pinned(lab.call, ({ text }) => ({ text: `called ${text}` })),
        pinned(lab.say, ({ text }) => ({ text: `said ${text}` })),
        pinned(lab.kick, ({ text }) => kicked.resolve(text)),
      ],
      { deviceId: 'aa:01' },
    )
    await buses.server.flush()
    const tokens = { deviceId: 'aa:01' }
    expect(await buses.client.request(lab.call, { text: 'a' }, { tokens })).toEqual({ text: 'called a' })
    expect(await buses.client.request(lab.say, { text: 'b' }, { tokens })).toEqual({ text: 'said b' })
    buses.client.publish(lab.kick, { text: 'out' }, { tokens })
    expect(await kicked.promise).toBe('out')
    pin.stop()
    await buses.server.flush()
    expect(await problemOf(buses.client.request(lab.call, { text: 'a' }, { tokens }))).toMatchObject({
      code: 'unavailable',
    })
  })

  test('takes subjects of one owner only', () => {
    expect(() =>
      buses.server.pin(() => [pinned(lab.call, (input) => input), pinned(lab.echo, (input) => input)], {
        deviceId: 'x',
      }),
    ).toThrow('one owner')
  })
})
