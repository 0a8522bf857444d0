import { AlarmKind } from '@parley/contracts'
import { z } from 'zod'
import { describeAlarm, deviceOf, onDevice } from '../extensions/alarm-plugin.ts'
import { definePlugin } from '../extensions/plugin.ts'

/** What the device is going to say. */
export default definePlugin({
  name: 'list_alarms',
  description: 'The timers, alarms and reminders that are set on this device, the next one first.',
  input: z.object({ kind: AlarmKind.describe('Only these').optional() }),
  open: (_settings, { alarms }) => ({
    offered: onDevice,
    run: async ({ kind }, { turn }) =>
      (await alarms.list(deviceOf(turn))).filter((each) => kind === undefined || each.kind === kind).map(describeAlarm),
  }),
})
