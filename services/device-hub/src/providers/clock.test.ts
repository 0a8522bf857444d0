import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { systemClock } from './clock.ts'

const never = new AbortController().signal

test('waits until the moment, and not a fraction of a millisecond less', async () => {
  for (let round = 0; round < 40; round++) {
    const at = systemClock.now() + 1 + (round % 10) / 10
    await systemClock.waitUntil(at, never)
    expect(systemClock.now()).toBeGreaterThanOrEqual(at)
  }
})

test('does not wait for what is past', async () => {
  await systemClock.waitUntil(systemClock.now() - 1, never)
})

test('ends with the signal, and leaves nothing on it', async () => {
  const abort = new AbortController()
  const waiting = systemClock.waitUntil(systemClock.now() + 60_000, abort.signal)
  abort.abort(new Error('stopped'))
  await expect(waiting).rejects.toThrow('stopped')
  await expect(systemClock.waitUntil(systemClock.now() - 1, abort.signal)).rejects.toThrow('stopped')
  const other = new AbortController()
  await systemClock.waitUntil(systemClock.now() + 2, other.signal)
  expect(getEventListeners(other.signal, 'abort')).toEqual([])
})

test('calls back once, unless it is told not to', async () => {
  const called: string[] = []
  const cancel = systemClock.after(1, () => called.push('cancelled'))
  cancel()
  await new Promise<void>((resolve) => systemClock.after(3, resolve))
  expect(called).toEqual([])
})
