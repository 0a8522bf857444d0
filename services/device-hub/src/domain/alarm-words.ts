import type { AlarmKind } from '@parley/contracts'
import type { KeptAlarm } from './alarms.ts'

/** What is said later than this says when it was due. */
const lateMs = 60_000

type Words = {
  locale: string
  titles: Record<AlarmKind, string>
  due: Record<AlarmKind, (text: string | undefined) => string>
  late: (when: string, said: string) => string
}

const english: Words = {
  locale: 'en-US',
  titles: { timer: 'Timer', alarm: 'Alarm', reminder: 'Reminder' },
  due: {
    timer: (text) => (text ? `Your timer for ${text} is up.` : 'Your timer is up.'),
    alarm: (text) => (text ? `It is time: ${text}.` : 'It is time. This is your alarm.'),
    reminder: (text) => `A reminder: ${text}.`,
  },
  late: (when, said) => `This was due at ${when}. ${said}`,
}

const chinese: Words = {
  locale: 'zh-CN',
  titles: { timer: '计时器', alarm: '闹钟', reminder: '提醒' },
  due: {
    timer: (text) => (text ? `${text}的计时时间到了。` : '计时时间到了。'),
    alarm: (text) => (text ? `时间到了：${text}。` : '闹钟响了，时间到了。'),
    reminder: (text) => `提醒你：${text}。`,
  },
  late: (when, said) => `这是${when}的。${said}`,
}

/** What a device shows and says when an alarm is due, in English or Chinese; what is late says when it was due. */
export function alarmWords(
  { kind, text, language, dueAt, timeZone }: KeptAlarm,
  now: Date,
): { title: string; text: string } {
  const words = language?.split('-')[0]?.toLowerCase() === 'zh' ? chinese : english
  const said = words.due[kind](text)
  const title = words.titles[kind]
  if (now.getTime() - dueAt.getTime() <= lateMs) return { title, text: said }
  return { title, text: words.late(moment(dueAt, now, timeZone, words.locale), said) }
}

/** The time of day, with the day where that is another one. */
function moment(at: Date, now: Date, timeZone: string, locale: string): string {
  const day = (date: Date) => date.toLocaleDateString('sv-SE', { timeZone })
  const time = at.toLocaleTimeString(locale, { timeZone, timeStyle: 'short' })
  if (day(at) === day(now)) return time
  return `${time}, ${at.toLocaleDateString(locale, { timeZone, weekday: 'long', month: 'long', day: 'numeric' })}`
}
