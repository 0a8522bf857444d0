import { Problem, type AlarmDue, type AlarmRepetition } from '@parley/contracts'
import { Temporal } from 'temporal-polyfill'

/** Further ahead nobody means it. */
const mostDays = 366
const weekend: readonly number[] = [6, 7]

type Given = { due: AlarmDue; repeats?: AlarmRepetition | undefined; timeZone: string; now: Date }

/**
 * When something is due for the first time. A time of day that a change of clocks leaves out is as much later as the clocks go
 * forward; one that comes twice is meant when it comes first.
 * @throws Problem `bad-request` for what is over already, or more than a year ahead
 */
export function firstDue({ due, repeats, timeZone, now }: Given): Date {
  const at = dueAt(due, repeats, timeZone, now)
  if (at <= now) throw new Problem('bad-request', 'That time is over already')
  if (at.getTime() > now.getTime() + mostDays * 86_400_000)
    throw new Problem('bad-request', 'That is more than a year ahead')
  return at
}

function dueAt(due: AlarmDue, repeats: AlarmRepetition | undefined, timeZone: string, now: Date): Date {
  if ('inS' in due) return new Date(now.getTime() + due.inS * 1_000)
  if ('at' in due) return new Date(due.at)
  const today = inZone(now, timeZone)
  const time = Temporal.PlainTime.from(due.time)
  if (due.date !== undefined)
    return toDate(Temporal.PlainDate.from(due.date).toZonedDateTime({ timeZone, plainTime: time }))
  const days = [0, 1, 2, 3].map((days) => today.toPlainDate().add({ days }))
  const found = days
    .filter((day) => repeats !== 'weekdays' || !weekend.includes(day.dayOfWeek))
    .map((day) => toDate(day.toZonedDateTime({ timeZone, plainTime: time })))
    .find((at) => at > now)
  // Four days have a time of day left, and one that is no weekend.
  return found as Date
}

export type Repeated = { dueAt: Date; repeats: AlarmRepetition; timeOfDay: string; timeZone: string }

/** When it is due again, after `after`: at its time of day, whatever the clocks did meanwhile. */
export function nextDue({ dueAt, repeats, timeOfDay, timeZone }: Repeated, after: Date): Date {
  const first = inZone(dueAt, timeZone)
  const time = Temporal.PlainTime.from(timeOfDay)
  const step = repeats === 'weekly' ? 7 : 1
  const passed = Math.max(0, first.toPlainDate().until(inZone(after, timeZone).toPlainDate()).days)
  for (let days = Math.max(step, Math.floor(passed / step) * step); ; days += step) {
    const day = first.toPlainDate().add({ days })
    const at = toDate(day.toZonedDateTime({ timeZone, plainTime: time }))
    if (at > after && !(repeats === 'weekdays' && weekend.includes(day.dayOfWeek))) return at
  }
}

/** The time of day that it is somewhere, to the second: `07:30:00`. */
export function timeOfDayAt(at: Date, timeZone: string): string {
  return inZone(at, timeZone).toPlainTime().toString({ smallestUnit: 'second' })
}

function inZone(at: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone)
}

function toDate(at: Temporal.ZonedDateTime): Date {
  return new Date(at.epochMilliseconds)
}
