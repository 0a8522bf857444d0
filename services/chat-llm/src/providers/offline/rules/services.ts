import { readDuration } from '../numbers.ts'
import { say, type Rule, type Situation, type Step } from '../rule.ts'
import { findCall, findTool, readObject } from '../tools.ts'

/** What takes a tool that asks somebody else. A rule whose tool is not offered leaves the question to those after it. */
export const serviceRules: readonly Rule[] = [
  { pattern: /\b(?:weather|forecast)\b|天气/, step: tellWeather },
  { pattern: /\bnews\b|\bheadlines\b|新闻/, step: tellNews },
  { pattern: /^(?:search (?:the web )?(?:for)?|look up|google|搜索|搜一?下|查一?下)\s*(.+)$/, step: search },
  { pattern: /\btimer\b|\b(?:remind|wake) me in\b|计时|倒计时|分钟后/, step: setTimer },
  {
    pattern: /^(?:switch|change)(?: the)?(?: role)? to (.+)$|^(?:换成|切换到|换)\s*(.+?)(?:角色)?$/,
    step: changeRole,
  },
]

/** Calls a tool once, and tells what it gave; what went wrong is told in the tool's own words. */
function use(
  situation: Situation,
  pattern: RegExp,
  given: Record<string, unknown>,
  tell: (text: string) => Step,
): Step | undefined {
  const tool = findTool(situation, pattern)
  if (!tool) return undefined
  const made = findCall(situation, tool)
  if (!made) return { call: tool.name, arguments: given }
  return made.failed ? { say: made.text.replace(/^Error: /, '') } : tell(made.text)
}

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

/** Any tool whose name has a timer in it and that takes a time in seconds, minutes or milliseconds. */
function setTimer(situation: Situation): Step | undefined {
  const seconds = readDuration(situation.said)
  const tool = findTool(situation, /(?:set|start|create|add).*timer|timer.*(?:set|start|create|add)|^timer$/)
  if (!tool || seconds === undefined) return undefined
  const properties = Object.keys(tool.inputSchema['properties'] ?? {})
  const per = { millisecond: 0.001, ms: 0.001, second: 1, duration: 1, minute: 60 }
  const [unit] = Object.entries(per).flatMap(([word, size]) => {
    const property = properties.find((name) => name.toLowerCase().includes(word))
    return property ? [{ property, size }] : []
  })
  if (!unit) return undefined
  return use(situation, /timer/, { [unit.property]: seconds / unit.size }, () =>
    say(situation, 'The timer is set.', '计时器已经设好了。'),
  )
}

function changeRole(situation: Situation, [, english, chinese]: RegExpExecArray): Step | undefined {
  const role = (english ?? chinese ?? '').trim()
  return use(situation, /^change_role$/, { role }, () =>
    say(situation, `From now on it is ${role}.`, `好的，接下来由${role}回答。`),
  )
}
