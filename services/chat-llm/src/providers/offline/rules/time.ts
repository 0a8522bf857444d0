import { createDateWords } from '../date-words.ts'
import { say, type Rule, type Situation, type Step } from '../rule.ts'
import { findCall, findTool, readObject } from '../tools.ts'

/** What a tool tells is the time of its place already. */
const placeless = createDateWords('UTC')

type Told = { now: Date; words: typeof placeless; lunar: unknown }

/** Asks the tool that knows the agent's place, where it is offered; else it is where the service is configured to be. */
function withTime(situation: Situation, tell: (told: Told) => Step): Step {
  const tool = findTool(situation, /^get_time$/)
  if (!tool) return tell({ now: situation.now, words: situation.words, lunar: undefined })
  const made = findCall(situation, tool)
  if (!made) return { call: tool.name, arguments: {} }
  const { date, time, lunar } = readObject(made.text)
  const now = new Date(`${String(date)}T${String(time)}:00Z`)
  if (made.failed || Number.isNaN(now.getTime())) return say(situation, 'I do not know the time.', '我不知道时间。')
  return tell({ now, words: placeless, lunar })
}

/** Tells the time and the date. */
export const timeRules: readonly Rule[] = [
  {
    pattern: /\blunar\b|\bchinese calendar\b|农历|阴历/,
    step: (situation) =>
      withTime(situation, ({ lunar }) => {
        const { date, zodiac } = (lunar ?? {}) as Record<string, unknown>
        if (typeof date !== 'string') return say(situation, 'I have no lunar calendar here.', '我这里没有农历。')
        return say(
          situation,
          `In the lunar calendar it is ${date}, the year of ${String(zodiac)}.`,
          `今天是农历${date}，${String(zodiac)}年。`,
        )
      }),
  },
  {
    pattern: /\bwhat year\b|哪一年|今年是/,
    step: (situation) =>
      withTime(situation, ({ now, words }) => {
        const year = words.year(now)
        return say(situation, `It is ${year}.`, `今年是${year}年。`)
      }),
  },
  {
    pattern:
      /\b(?:what day|what date|the date|today is date|today's date|day is it|day is today)\b|几月几[号日]|今天几[号日]|星期几|周几|礼拜几|日期/,
    step: (situation) =>
      withTime(situation, ({ now, words }) => {
        const date = words.date(now, situation.chinese)
        return say(situation, `Today is ${date}.`, `今天是${date}。`)
      }),
  },
  {
    pattern: /\b(?:what time|the time|time is it|got the time)\b|^time$|几点|时间/,
    step: (situation) =>
      withTime(situation, ({ now, words }) => {
        const time = words.time(now, situation.chinese)
        return say(situation, `It is ${time}.`, `现在是${time}。`)
      }),
  },
]
