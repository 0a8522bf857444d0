import { z } from 'zod'
import { alarmParameters, language, onDevice, setAlarm } from '../extensions/alarm-plugin.ts'
import { definePlugin } from '../extensions/plugin.ts'

const part = (what: string) => z.number().min(0).max(10_000).describe(what).optional()

/** The device says when a while is over. */
export default definePlugin({
  name: 'set_timer',
  description:
    'Sets a timer on this device: it rings and says so after a while. For "a timer for ten minutes" or "tell me in an hour"; the parts are added up.',
  input: z.object({
    hours: part('Hours'),
    minutes: part('Minutes'),
    seconds: part('Seconds'),
    text: z.string().trim().min(1).max(200).describe('What it is for, such as eggs, when the user said so').optional(),
    language,
  }),
  parameters: alarmParameters,
  open: (_settings, { alarms }) => ({
    offered: onDevice,
    run: ({ hours = 0, minutes = 0, seconds = 0, text, language: spoken }, call) => {
      const inS = Math.round(hours * 3_600 + minutes * 60 + seconds)
      return inS > 0
        ? setAlarm(alarms, call, { kind: 'timer', due: { inS }, text, language: spoken })
        : 'Ask the user for how long.'
    },
  }),
})
