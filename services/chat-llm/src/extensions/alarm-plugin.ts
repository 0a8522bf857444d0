import { AlarmRepetition, Language, Problem, TimeZone, type Alarm, type NewAlarm } from '@parley/contracts'
import { z } from 'zod'
import type { ToolTurn } from '../domain/tools/tool.ts'
import type { DeviceAlarms } from './plugin.ts'

/** What the tools for alarms of devices have in common. */

export const alarmParameters = z.object({ timeZone: TimeZone.optional() })

export const time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 07:30')
  .describe('Time of day, 24 hours, HH:MM, where the user is')
export const date = z.iso.date().describe('YYYY-MM-DD; without it, the next time that it is so late')
export const repeats = AlarmRepetition.describe('daily, weekdays (Monday to Friday) or weekly; without it, once')

export const language = Language.describe('In which the user talks, such as en or zh-CN').optional()

/** Devices can say something later; a person in an app has none here. */
export const onDevice = ({ turn }: { turn: ToolTurn }) => turn.deviceId !== undefined

/** @throws Problem without a device */
export function deviceOf({ deviceId }: ToolTurn): string {
  if (deviceId === undefined) throw new Problem('bad-request', 'Only on a device.')
  return deviceId
}

/** Sets it in the language in which whoever asks was heard, and gives what is to be told. */
export async function setAlarm(
  alarms: DeviceAlarms,
  { turn, parameters: { timeZone } }: { turn: ToolTurn; parameters: z.output<typeof alarmParameters> },
  alarm: NewAlarm,
) {
  const language = turn.language ?? alarm.language
  return describeAlarm(await alarms.set(deviceOf(turn), { ...alarm, timeZone, language }))
}

/** An alarm as a model reads it: its time where it is meant. */
export function describeAlarm({ alarmId, kind, dueAt, repeats: again, text, timeZone }: Alarm) {
  // Swedish writes dates as ISO 8601 does.
  const dueAtLocal = new Date(dueAt).toLocaleString('sv-SE', { timeZone }).slice(0, 16)
  const left = Math.max(0, Math.round((Date.parse(dueAt) - Date.now()) / 1_000))
  return { alarmId, kind, due: dueAtLocal, ...(kind === 'timer' && { secondsLeft: left }), repeats: again, text }
}
