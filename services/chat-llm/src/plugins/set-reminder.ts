import { z } from 'zod'
import { alarmParameters, date, language, onDevice, repeats, setAlarm, time } from '../extensions/alarm-plugin.ts'
import { definePlugin } from '../extensions/plugin.ts'

/** The device reminds somebody of something. */
export default definePlugin({
  name: 'set_reminder',
  description:
    'Has this device remind the user of something: at a time of day, or in some minutes, once or repeatedly. For "remind me to call mom at five".',
  input: z.object({
    text: z.string().trim().min(1).max(200).describe('What to remind of, as it is to be said: call mom'),
    time: time.optional(),
    date: date.optional(),
    inMinutes: z.number().positive().max(500_000).describe('Instead of a time of day').optional(),
    repeats: repeats.optional(),
    language,
  }),
  parameters: alarmParameters,
  open: (_settings, { alarms }) => ({
    offered: onDevice,
    run: ({ text, time: at, date: day, inMinutes, repeats: again, language: spoken }, call) => {
      const due = inMinutes === undefined ? at && { time: at, date: day } : { inS: Math.ceil(inMinutes * 60) }
      return due
        ? setAlarm(alarms, call, { kind: 'reminder', due, repeats: again, text, language: spoken })
        : 'Ask the user when.'
    },
  }),
})
