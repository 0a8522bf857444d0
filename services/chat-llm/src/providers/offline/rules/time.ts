import { say, type Rule } from '../rule.ts'

/** Tells the time and the date where the service is configured to be. */
export const timeRules: readonly Rule[] = [
  {
    pattern: /\bwhat year\b|哪一年|今年是/,
    step: (situation) => {
      const year = situation.words.year(situation.now)
      return say(situation, `It is ${year}.`, `今年是${year}年。`)
    },
  },
  {
    pattern:
      /\b(?:what day|what date|the date|today is date|today's date|day is it|day is today)\b|几月几[号日]|今天几[号日]|星期几|周几|礼拜几|日期/,
    step: (situation) => {
      const date = situation.words.date(situation.now, situation.chinese)
      return say(situation, `Today is ${date}.`, `今天是${date}。`)
    },
  },
  {
    pattern: /\b(?:what time|the time|time is it|got the time)\b|^time$|几点|时间/,
    step: (situation) => {
      const time = situation.words.time(situation.now, situation.chinese)
      return say(situation, `It is ${time}.`, `现在是${time}。`)
    },
  },
]
