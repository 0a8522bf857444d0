import { z } from 'zod'
import { request } from './contract.ts'
import { DeviceId, Language, TimeZone } from './ids.ts'

/** `timer` after a while, `alarm` at a time of day, `reminder` with what is to be thought of. */
export const AlarmKind = z.enum(['timer', 'alarm', 'reminder'])
export type AlarmKind = z.infer<typeof AlarmKind>

/** At the same time of day: each day, Monday to Friday, or on the weekday of the first time. */
export const AlarmRepetition = z.enum(['daily', 'weekdays', 'weekly'])
export type AlarmRepetition = z.infer<typeof AlarmRepetition>

/** `dueAt` is when it is due next. */
export const Alarm = z.object({
  alarmId: z.uuid(),
  deviceId: DeviceId,
  kind: AlarmKind,
  dueAt: z.iso.datetime(),
  repeats: AlarmRepetition.optional(),
  /** What it is for, in its owner's words. */
  text: z.string().optional(),
  /** In which it is told. */
  language: Language.optional(),
  /** In which its time of day is meant. */
  timeZone: z.string(),
  createdAt: z.iso.datetime(),
})
export type Alarm = z.infer<typeof Alarm>

const mostS = 366 * 86_400

/** In so many seconds; at a time of day, on a day or the next time that it is so late; or at an instant. */
export const AlarmDue = z.union([
  z.object({ inS: z.number().int().min(1).max(mostS) }).strict(),
  z
    .object({
      time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 07:30'),
      date: z.iso.date().optional(),
    })
    .strict(),
  z.object({ at: z.iso.datetime({ offset: true }) }).strict(),
])
export type AlarmDue = z.infer<typeof AlarmDue>

export const NewAlarm = z.object({
  kind: AlarmKind,
  due: AlarmDue,
  repeats: AlarmRepetition.optional(),
  text: z.string().trim().min(1).max(200).optional(),
  language: Language.optional(),
  /** That of the installation without it. */
  timeZone: TimeZone.optional(),
})
export type NewAlarm = z.infer<typeof NewAlarm>

/** What became of an alarm. `missed`: nobody knows whether it was heard; `dropped`: its device was away for too long. */
export const AlarmState = z.enum(['set', 'cancelled', 'rung', 'missed', 'dropped'])
export type AlarmState = z.infer<typeof AlarmState>

const One = z.object({ deviceId: DeviceId })
const Alarms = z.object({ alarms: z.array(Alarm) })
const Which = z.object({ alarmId: z.uuid() })

export const deviceAlarms = {
  /**
   * Has a device of the caller's say something when it is due, or when it is back after that.
   * @throws `overloaded` when it keeps as many as it may
   */
  setAlarm: request('device.v1.set-alarm', {
    input: NewAlarm.extend(One.shape),
    output: Alarm,
    timeoutMs: 5_000,
    access: 'user',
  }),
  /** What a device of the caller's is going to say, the next one first. */
  listAlarms: request('device.v1.list-alarms', { input: One, output: Alarms, timeoutMs: 3_000, access: 'user' }),
  cancelAlarm: request('device.v1.cancel-alarm', {
    input: Which.extend(One.shape),
    output: Alarm,
    timeoutMs: 5_000,
    access: 'user',
  }),
  /** The same three on a connected device, for whoever speaks for the person in front of it. */
  setAlarmHere: request('device.v1.{deviceId}.set-alarm-here', { input: NewAlarm, output: Alarm, timeoutMs: 5_000 }),
  listAlarmsHere: request('device.v1.{deviceId}.list-alarms-here', {
    input: z.object({}),
    output: Alarms,
    timeoutMs: 3_000,
  }),
  cancelAlarmHere: request('device.v1.{deviceId}.cancel-alarm-here', { input: Which, output: Alarm, timeoutMs: 5_000 }),
}
