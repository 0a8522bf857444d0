import { AlarmKind, Problem } from '@parley/contracts'
import { z } from 'zod'
import { describeAlarm, deviceOf, onDevice } from '../extensions/alarm-plugin.ts'
import { definePlugin } from '../extensions/plugin.ts'

/** The device is not going to say it after all. */
export default definePlugin({
  name: 'cancel_alarm',
  description:
    'Cancels a timer, an alarm or a reminder of this device: the only one, the one that is meant, or all of a kind.',
  input: z.object({
    kind: AlarmKind.optional(),
    alarmId: z.uuid().describe('From list_alarms, when there are several').optional(),
    text: z.string().trim().min(1).max(200).describe('A part of what it is for').optional(),
    all: z.boolean().describe('All that fit, when the user wants that').optional(),
  }),
  open: (_settings, { alarms }) => ({
    offered: onDevice,
    run: async ({ kind, alarmId, text, all = false }, { turn }) => {
      const deviceId = deviceOf(turn)
      const found = (await alarms.list(deviceId)).filter(
        (each) =>
          (kind === undefined || each.kind === kind) &&
          (alarmId === undefined || each.alarmId === alarmId) &&
          (text === undefined || each.text?.toLowerCase().includes(text.toLowerCase())),
      )
      if (found.length === 0) throw new Problem('not-found', 'Nothing like that is set.')
      if (found.length > 1 && !all) return { askWhichOne: found.map(describeAlarm) }
      const cancelled = []
      for (const each of found) cancelled.push(describeAlarm(await alarms.cancel(deviceId, each.alarmId)))
      return { cancelled }
    },
  }),
})
