import { say, type Rule, type Situation, type Step } from '../rule.ts'
import { readDuration, readTimeOfDay, sayDuration } from '../times.ts'
import { readObject, use } from '../tools.ts'

type Told = { kind: string; due: string; text?: string; secondsLeft?: number }

/** Timers, alarms and reminders. A rule whose tool is not offered leaves the question to those after it. */
export const alarmRules: readonly Rule[] = [
  {
    pattern:
      /\b(?:cancel|delete|remove|stop|turn off)\b.*\b(timer|alarm|reminder)s?\b|(?:取消|删除|删掉|关掉|停止).*(计时|闹钟|提醒)/,
    step: cancel,
  },
  {
    pattern:
      /\b(?:what|which|list|show|any|how long|how much time)\b.*\b(timer|alarm|reminder)s?\b|(?:哪些|什么|几个|还有多久|查看).*(计时|闹钟|提醒)|(计时|闹钟|提醒).*(?:哪些|有吗|还有多久|还剩)/,
    step: list,
  },
  { pattern: /\bremind me\b(.*)|提醒(?:我)?(.*)/, step: remind },
  { pattern: /\balarm\b|\bwake me(?: up)?\b|闹钟|叫(?:我|醒)/, step: wake },
  { pattern: /\btimer\b|计时|分钟后/, step: setTimer },
]

const kinds: Record<string, string> = { 计时: 'timer', 闹钟: 'alarm', 提醒: 'reminder' }
const kindOf = (match: RegExpExecArray) => {
  const word = match.slice(1).find((found) => found !== undefined) ?? ''
  return kinds[word] ?? word
}

function setTimer(situation: Situation): Step | undefined {
  const seconds = readDuration(situation.said)
  if (seconds === undefined || seconds === 0) return undefined
  const length = sayDuration(seconds, situation.chinese)
  return use(situation, /^set_timer$/, { seconds, ...languageOf(situation) }, () =>
    say(situation, `The timer is set for ${length}.`, `${length}的计时器已经设好了。`),
  )
}

function wake(situation: Situation): Step | undefined {
  const { said, chinese } = situation
  const time = readTimeOfDay(said)
  if (time === undefined) return say(situation, 'Tell me the time for the alarm.', '请告诉我闹钟的时间。')
  return use(situation, /^set_alarm$/, { time, ...dayOf(situation), ...languageOf(situation) }, (text) => ({
    say: chinese ? `闹钟设好了，${dueOf(text)}。` : `The alarm is set for ${dueOf(text)}.`,
  }))
}

function remind(situation: Situation, [, english, chinese]: RegExpExecArray): Step | undefined {
  const { said } = situation
  const text = english === undefined ? (chinese ?? '').trim() : whatOf(english)
  const seconds = readDuration(said)
  const time = seconds === undefined ? readTimeOfDay(said) : undefined
  if (text === '' || (seconds === undefined && time === undefined))
    return seconds === undefined
      ? say(situation, 'Tell me of what, and when.', '请告诉我提醒什么，什么时候。')
      : setTimer(situation)
  const when = seconds === undefined ? { time } : { inMinutes: seconds / 60 }
  return use(situation, /^set_reminder$/, { text, ...when, ...dayOf(situation), ...languageOf(situation) }, () =>
    say(situation, 'I will remind you.', '好的，到时候提醒你。'),
  )
}

/** What is left of `to call mom in ten minutes` without the time. */
function whatOf(words: string): string {
  return words
    .replace(/\b(?:in|every) [a-z\d -]*?(?:seconds?|minutes?|hours?|day|weekday|week)\b/, '')
    .replace(
      /\bat [\d:]+(?: \d\d)?(?: ?[ap]m)?\b|\bat (?:noon|midnight|[a-z]+(?: (?:thirty|fifteen))?(?: ?[ap]m)?)$/,
      '',
    )
    .replace(/\b(?:today|tomorrow)\b/, '')
    .replace(/^\s*(?:to|of|about)\b/, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** What is set in Chinese is told in Chinese. */
const languageOf = ({ chinese }: Situation) => (chinese ? { language: 'zh-CN' } : {})

/** `tomorrow`, or how it repeats. */
function dayOf({ said, words, now }: Situation): { date?: string; repeats?: string } {
  const repeats = repetitionOf(said)
  if (repeats) return { repeats }
  return /\btomorrow\b|明天/i.test(said) ? { date: words.day(new Date(now.getTime() + 86_400_000)) } : {}
}

function repetitionOf(said: string): string | undefined {
  if (/\bweekdays?\b|工作日/i.test(said)) return 'weekdays'
  if (/\bevery (?:day|morning|evening)\b|\bdaily\b|每天|每日/i.test(said)) return 'daily'
  return /\bweekly\b|\bevery week\b|每周|每星期/i.test(said) ? 'weekly' : undefined
}

function list(situation: Situation, match: RegExpExecArray): Step | undefined {
  const kind = kindOf(match)
  return use(situation, /^list_alarms$/, { kind }, (text) => {
    const found = readList(text)
    if (found.length === 0) return say(situation, `There is no ${kind} set.`, '没有设置。')
    return { say: found.map((each) => describe(each, situation.chinese)).join(' ') }
  })
}

function describe({ kind, due, text, secondsLeft }: Told, chinese: boolean): string {
  if (kind === 'timer' && secondsLeft !== undefined) {
    const left = sayDuration(Math.max(1, secondsLeft), chinese)
    return chinese ? `计时器还剩${left}。` : `A timer with ${left} left.`
  }
  const what = text ?? (chinese ? '闹钟' : 'An alarm')
  return chinese ? `${due.slice(11)}，${what}。` : `${what}, at ${due.slice(11)}.`
}

function readList(text: string): Told[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? (value as Told[]) : []
  } catch {
    return []
  }
}

function dueOf(text: string): string {
  const { due } = readObject(text)
  return typeof due === 'string' ? due.slice(11) : ''
}

function cancel(situation: Situation, match: RegExpExecArray): Step | undefined {
  const all = /\ball\b|timers|alarms|reminders|所有|全部/.test(situation.said)
  return use(situation, /^cancel_alarm$/, { kind: kindOf(match), ...(all && { all }) }, (text) =>
    readObject(text)['askWhichOne']
      ? say(
          situation,
          'There are several. Tell me which one, or say all of them.',
          '有好几个，请告诉我是哪一个，或者说全部取消。',
        )
      : say(situation, 'It is cancelled.', '已经取消了。'),
  )
}
