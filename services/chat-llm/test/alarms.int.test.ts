import { deviceAlarms, Problem, type Alarm, type NewAlarm } from '@parley/contracts'
import { pinned } from '@parley/bus'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { collect, newDevice, openChat, textOf, type ChatFixture } from './fixture.ts'

let service: ChatFixture
let deviceId: string
let alarms: Alarm[] = []
let asked: NewAlarm[] = []
let refused: Problem | undefined
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  service = stack.use(await openChat({ TIME_ZONE: 'Asia/Shanghai' }))
})
afterAll(() => stack.disposeAsync())

/** What the hub serves for a connected device, in so far as chat-llm sees it. */
beforeEach(async () => {
  deviceId = newDevice()
  ;[alarms, asked, refused] = [[], [], undefined]
  service.bus.pin(
    () => [
      pinned(deviceAlarms.setAlarmHere, (alarm) => {
        if (refused) throw refused
        asked.push(alarm)
        const { kind, text, repeats } = alarm
        const times = { dueAt: '2026-11-25T23:30:00.000Z', createdAt: new Date().toISOString() }
        const set = { alarmId: newId(), deviceId, kind, text, repeats, timeZone: 'Asia/Shanghai', ...times }
        alarms.push(set)
        return set
      }),
      pinned(deviceAlarms.listAlarmsHere, () => ({ alarms })),
      pinned(deviceAlarms.cancelAlarmHere, ({ alarmId }) => {
        const cancelled = alarms.find((each) => each.alarmId === alarmId)
        if (!cancelled) throw new Problem('not-found', 'The device has no such alarm')
        alarms = alarms.filter((each) => each !== cancelled)
        return cancelled
      }),
    ],
    { deviceId },
  )
  await service.bus.flush()
})

const say = async (text: string, language?: string) =>
  textOf(await collect(service.reply({ deviceId, text, ...(language && { language }) })))

test('a timer is set on the device that is asked, in the language it was asked in', async () => {
  expect(await say('set a timer for five minutes', 'en-GB')).toBe('The timer is set for 5 minutes.')
  expect(await say('定一个半小时的倒计时')).toBe('30分钟的计时器已经设好了。')
  expect(asked).toMatchObject([
    { kind: 'timer', due: { inS: 300 }, language: 'en-GB' },
    { kind: 'timer', due: { inS: 1_800 }, language: 'zh-CN' },
  ])
})

test('an alarm is told as it is meant, where the device is', async () => {
  expect(await say('wake me up at seven thirty')).toBe('The alarm is set for 07:30.')
  expect(asked).toMatchObject([{ kind: 'alarm', due: { time: '07:30' } }])
})

test('a reminder has its words', async () => {
  expect(await say('remind me to call mom in ten minutes')).toBe('I will remind you.')
  expect(asked).toMatchObject([{ kind: 'reminder', due: { inS: 600 }, text: 'call mom' }])
})

test('of several the one to cancel is asked for, all of them when that is wanted', async () => {
  expect(await say('cancel the timer')).toBe('Nothing like that is set.')
  await say('set a timer for five minutes')
  await say('set a timer for six minutes')
  await say('wake me at noon')
  expect(await say('cancel the timer')).toMatch(/^There are several/)
  expect(alarms).toHaveLength(3)
  expect(await say('cancel all timers')).toBe('It is cancelled.')
  expect(alarms).toMatchObject([{ kind: 'alarm' }])
  expect(await say('what alarms are set')).toBe('An alarm, at 07:30.')
  expect(await say('cancel the alarm')).toBe('It is cancelled.')
  expect(await say('what alarms are set')).toBe('There is no alarm set.')
})

test('what the hub refuses is told', async () => {
  refused = new Problem('overloaded', 'This device keeps 64 alarms already')
  expect(await say('set a timer for five minutes')).toBe('This device keeps 64 alarms already')
})
