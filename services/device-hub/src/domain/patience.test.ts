import { expect, test } from 'vitest'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { within } from './patience.ts'

test('what settles in time is passed on, and its timer is gone', async () => {
  const clock = new VirtualClock()
  await expect(within(clock, 100, 'It', Promise.resolve('here'))).resolves.toBe('here')
  await expect(within(clock, 100, 'It', Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  await clock.advance(1_000)
})

test('what takes longer is a timeout', async () => {
  const clock = new VirtualClock()
  const late = within(clock, 100, 'The voice', new Promise(() => undefined))
  const refused = expect(late).rejects.toMatchObject({ code: 'timeout', detail: 'The voice took longer than 100 ms' })
  await clock.advance(101)
  await refused
})
