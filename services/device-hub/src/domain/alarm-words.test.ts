import { expect, test } from 'vitest'
import { alarmWords } from './alarm-words.ts'
import type { KeptAlarm } from './alarms.ts'

const dueAt = new Date('2026-11-25T06:30:00Z')
const words = (about: Partial<KeptAlarm>, lateS = 0) => {
  const times = { dueAt, timeOfDay: '07:30:00', timeZone: 'Europe/Berlin', createdAt: dueAt }
  const alarm: KeptAlarm = { alarmId: 'a', deviceId: 'aa:bb:cc:dd:ee:ff', kind: 'alarm', ...times, ...about }
  return alarmWords(alarm, new Date(dueAt.getTime() + lateS * 1_000)).text.replaceAll('\u202f', ' ')
}

test.each<[about: Partial<KeptAlarm>, lateS: number, said: string]>([
  [{ kind: 'timer' }, 1, 'Your timer is up.'],
  [{ kind: 'timer', text: 'eggs' }, 30, 'Your timer for eggs is up.'],
  [{}, 0, 'It is time. This is your alarm.'],
  [{ kind: 'reminder', text: 'call mom', language: 'en-GB' }, 0, 'A reminder: call mom.'],
  [{ kind: 'reminder', text: '喝水', language: 'zh-CN' }, 0, '提醒你：喝水。'],
  [{ kind: 'reminder', text: 'call mom' }, 3_600, 'This was due at 7:30 AM. A reminder: call mom.'],
  [
    { kind: 'reminder', text: 'call mom' },
    86_400,
    'This was due at 7:30 AM, Wednesday, November 25. A reminder: call mom.',
  ],
  [{ language: 'zh' }, 3_600, '这是07:30的。闹钟响了，时间到了。'],
])('%j, %i s late', (about, lateS, said) => {
  expect(words(about, lateS)).toBe(said)
})
