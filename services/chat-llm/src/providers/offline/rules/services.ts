import { say, type Rule, type Situation, type Step } from '../rule.ts'
import { readObject, use } from '../tools.ts'

/** What takes a tool that asks somebody else. A rule whose tool is not offered leaves the question to those after it. */
export const serviceRules: readonly Rule[] = [
  { pattern: /\b(?:weather|forecast)\b|天气/, step: tellWeather },
  { pattern: /\bnews\b|\bheadlines\b|新闻/, step: tellNews },
  { pattern: /^(?:search (?:the web )?(?:for)?|look up|google|搜索|搜一?下|查一?下)\s*(.+)$/, step: search },
  {
    pattern: /^(?:switch|change)(?: the)?(?: role)? to (.+)$|^(?:换成|切换到|换)\s*(.+?)(?:角色)?$/,
    step: changeRole,
  },
]

function tellWeather(situation: Situation): Step | undefined {
  const { said, chinese } = situation
  const place =
    /\b(?:in|at|for) ([\p{L}][\p{L} '-]*?)(?: (?:today|tomorrow|now))?[?.!]*$/iu.exec(said)?.[1] ??
    /^([\p{Script=Han}]{2,6}?)(?:今天|明天|现在)?的?天气/u.exec(said)?.[1]?.replace(/^(?:今天|明天|现在|请问)/, '')
  const days = /\b(?:tomorrow|forecast|week)\b|明天|预报/i.test(said) ? (/\bweek\b|周/i.test(said) ? 7 : 2) : undefined
  const given = { ...(place && { place }), ...(days && { days }) }
  return use(situation, /(?:^|_)weather$|get_weather/, given, (text) => {
    const {
      place: where,
      now,
      days: told,
    } = readObject(text) as {
      place?: string
      now?: { condition: string; temperatureC: number }
      days?: { condition: string; leastC: number; mostC: number }[]
    }
    const day = told?.at(-1)
    if (now) {
      const degrees = Math.round(now.temperatureC)
      return {
        say: chinese
          ? `${where}现在${now.condition}，${degrees}度。`
          : `In ${where} it is ${degrees} degrees: ${now.condition}.`,
      }
    }
    if (!day) return { say: text }
    const [least, most] = [Math.round(day.leastC), Math.round(day.mostC)]
    return {
      say: chinese
        ? `${where}${day.condition}，${least}到${most}度。`
        : `In ${where} it will be ${least} to ${most} degrees: ${day.condition}.`,
    }
  })
}

function tellNews(situation: Situation): Step | undefined {
  return use(situation, /^get_news$/, { count: 3 }, (text) => ({ say: titlesOf(text) ?? text }))
}

function titlesOf(text: string): string | undefined {
  try {
    const items = JSON.parse(text) as { title: string }[]
    return items.map(({ title }) => title.replace(/[.。!?！？]?$/, '.')).join(' ')
  } catch {
    return undefined
  }
}

function search(situation: Situation, [, query = '']: RegExpExecArray): Step | undefined {
  return use(situation, /^search_web$/, { query, count: 1 }, (text) => {
    const { answers = [], results = [] } = readObject(text) as {
      answers?: string[]
      results?: { title: string; text?: string }[]
    }
    const [first] = results
    return { say: answers[0] ?? (first ? `${first.title}: ${first.text ?? ''}` : text) }
  })
}

function changeRole(situation: Situation, [, english, chinese]: RegExpExecArray): Step | undefined {
  const role = (english ?? chinese ?? '').trim()
  return use(situation, /^change_role$/, { role }, () =>
    say(situation, `From now on it is ${role}.`, `好的，接下来由${role}回答。`),
  )
}
