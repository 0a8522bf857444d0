import type { AlarmDue, AlarmRepetition } from '@parley/contracts'
import { describe, expect, test } from 'vitest'
import { firstDue, nextDue, timeOfDayAt } from './alarm-times.ts'

// A Wednesday, 18:00 in Berlin.
const now = new Date('2026-11-25T17:00:00Z')
const first = (due: AlarmDue, timeZone = 'Europe/Berlin', repeats?: AlarmRepetition) =>
  firstDue({ due, repeats, timeZone, now }).toISOString()

describe('the first time', () => {
  test.each<[what: string, due: AlarmDue, timeZone: string, at: string]>([
    ['in a while', { inS: 300 }, 'Europe/Berlin', '2026-11-25T17:05:00.000Z'],
    ['later today', { time: '18:01' }, 'Europe/Berlin', '2026-11-25T17:01:00.000Z'],
    ['a time that is over today is meant tomorrow', { time: '07:30' }, 'Europe/Berlin', '2026-11-26T06:30:00.000Z'],
    ['this very minute is over', { time: '18:00' }, 'Europe/Berlin', '2026-11-26T17:00:00.000Z'],
    ['in another place, where it is tomorrow', { time: '07:30' }, 'Asia/Shanghai', '2026-11-25T23:30:00.000Z'],
    ['on a day', { time: '09:00', date: '2026-12-24' }, 'Europe/Berlin', '2026-12-24T08:00:00.000Z'],
    ['at an instant', { at: '2026-11-25T20:00:00+02:00' }, 'Europe/Berlin', '2026-11-25T18:00:00.000Z'],
    [
      'a time that the clocks leave out',
      { time: '02:30', date: '2027-03-28' },
      'Europe/Berlin',
      '2027-03-28T01:30:00.000Z',
    ],
    ['a time that comes twice', { time: '02:30', date: '2026-10-25' }, 'Europe/Berlin', 'over'],
    ['yesterday', { time: '09:00', date: '2026-11-24' }, 'Europe/Berlin', 'over'],
  ])('%s', (_what, due, timeZone, at) => {
    if (at === 'over') expect(() => first(due, timeZone)).toThrow(/over already/)
    else expect(first(due, timeZone)).toBe(at)
  })

  test('of weekdays is none of a weekend', () => {
    const saturday = new Date('2026-11-28T12:00:00Z')
    const given = { due: { time: '07:00' }, repeats: 'weekdays', timeZone: 'UTC', now: saturday } as const
    expect(firstDue(given).toISOString()).toBe('2026-11-30T07:00:00.000Z')
  })

  test('is within a year', () => {
    expect(() => first({ at: '2029-01-01T00:00:00Z' })).toThrow(/more than a year/)
  })
})

describe('the next time', () => {
  const next = (dueAt: string, repeats: AlarmRepetition, after = dueAt, timeZone = 'Europe/Berlin') =>
    again(dueAt, repeats, timeOfDayAt(new Date(dueAt), timeZone), after, timeZone)
  const again = (
    dueAt: string,
    repeats: AlarmRepetition,
    timeOfDay: string,
    after = dueAt,
    timeZone = 'Europe/Berlin',
  ) => nextDue({ dueAt: new Date(dueAt), repeats, timeOfDay, timeZone }, new Date(after)).toISOString()

  test('is at the same time of day when the clocks change', () => {
    expect(next('2027-03-27T06:00:00.000Z', 'daily')).toBe('2027-03-28T05:00:00.000Z')
    expect(next('2026-10-24T05:00:00.000Z', 'daily')).toBe('2026-10-25T06:00:00.000Z')
    expect(next('2027-03-22T06:00:00.000Z', 'weekly')).toBe('2027-03-29T05:00:00.000Z')
  })

  test('keeps its time of day through a day that leaves it out', () => {
    const left = again('2027-03-27T01:30:00.000Z', 'daily', '02:30:00')
    expect(left).toBe('2027-03-28T01:30:00.000Z')
    expect(again(left, 'daily', '02:30:00')).toBe('2027-03-29T00:30:00.000Z')
  })

  test('of weekdays after a Friday is a Monday', () => {
    expect(next('2026-11-27T06:00:00.000Z', 'weekdays')).toBe('2026-11-30T06:00:00.000Z')
  })

  test('after a long absence is the next one, not each that was missed', () => {
    expect(next('2026-11-25T06:00:00.000Z', 'daily', '2027-01-10T12:00:00Z')).toBe('2027-01-11T06:00:00.000Z')
    expect(next('2026-11-25T06:00:00.000Z', 'weekly', '2027-01-10T12:00:00Z')).toBe('2027-01-13T06:00:00.000Z')
  })
})
