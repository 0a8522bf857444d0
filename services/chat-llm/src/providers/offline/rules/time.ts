import { say, type Rule, type Situation } from '../rule.ts'

/** Tells the time and the date where the service is configured to be. */
export const timeRules: readonly Rule[] = [
  {
    pattern: /\bwhat year\b|哪一年|今年是/,
    step: (situation) => {
      const year = format(situation, 'en-US', { year: 'numeric' })
      return say(situation, `It is ${year}.`, `今年是${year}年。`)
    },
  },
  {
    pattern: /\b(?:what day|what date|the date|today is date|today's date|day is it|day is today)\b|几月几[号日]|今天几[号日]|星期几|周几|礼拜几|日期/,
    step: (situation) =>
      say(
        situation,
        `Today is ${format(situation, 'en-US', { dateStyle: 'full' })}.`,
        `今天是${format(situation, 'zh-CN', { dateStyle: 'full' })}。`,
      ),
  },
  {
    pattern: /\b(?:what time|the time|time is it|got the time)\b|^time$|几点|时间/,
    step: (situation) =>
      say(
        situation,
        `It is ${format(situation, 'en-US', { timeStyle: 'short' })}.`,
        `现在是${format(situation, 'zh-CN', { hour: 'numeric', hourCycle: 'h23' }).replace(/\D/g, '')}点${minutes(situation)}分。`,
      ),
  },
]

function format({ now, timeZone }: Situation, locale: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(now)
}

function minutes(situation: Situation): string {
  return format(situation, 'en-US', { minute: 'numeric' }).padStart(2, '0')
}
