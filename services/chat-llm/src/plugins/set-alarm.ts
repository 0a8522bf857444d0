import { z } from 'zod'
import { alarmParameters, date, language, onDevice, repeats, setAlarm, time } from '../extensions/alarm-plugin.ts'
import { definePlugin } from '../extensions/plugin.ts'

/** The device wakes somebody. */
export default definePlugin({
  name: 'set_alarm',
  description:
    'Sets an alarm on this device at a time of day, once or repeatedly. For "wake me at seven" or "an alarm every weekday at 6:30".',
  input: z.object({
    time,
    date: date.optional(),
    repeats: repeats.optional(),
    text: z.string().trim().min(1).max(200).describe('What it is for, when the user said so').optional(),
    language,
  }),
  parameters: alarmParameters,
  open: (_settings, { alarms }) => ({
    offered: onDevice,
    run: ({ time: at, date: day, repeats: again, text, language: spoken }, call) =>
      setAlarm(alarms, call, { kind: 'alarm', due: { time: at, date: day }, repeats: again, text, language: spoken }),
  }),
})
