import { readPercent } from './numbers.ts'

const lengths: [RegExp, number][] = [
  [/^(?:seconds?|secs?|秒)/, 1],
  [/^(?:minutes?|mins?|分)/, 60],
  [/^(?:hours?|个?小时|个?钟头)/, 3_600],
]

/** A time such as `five minutes`, `1 hour 30 minutes` or `十分钟`, in seconds. */
export function readDuration(text: string): number | undefined {
  let seconds: number | undefined
  const parts = text
    .toLowerCase()
    .matchAll(
      /(\d+|(?:[a-z]+[\s-]+){1,2}(?=sec|min|hour)|[零一二两三四五六七八九十百半]+)\s*(seconds?|secs?|minutes?|mins?|hours?|秒|分钟?|个?小时|个?钟头)/g,
    )
  for (const [, amount = '', unit = ''] of parts) {
    const count = amount === '半' ? 0.5 : (readPercent(amount) ?? (/\b(?:an?|one)\b/.test(amount) ? 1 : undefined))
    const length = lengths.find(([pattern]) => pattern.test(unit))?.[1]
    if (count !== undefined && length) seconds = (seconds ?? 0) + count * length
  }
  return seconds
}

/** How long that is, as people say it. */
export function sayDuration(seconds: number, chinese: boolean): string {
  const parts: [number, string, string][] = [
    [Math.floor(seconds / 3_600), 'hour', '小时'],
    [Math.floor((seconds % 3_600) / 60), 'minute', '分钟'],
    [Math.round(seconds % 60), 'second', '秒'],
  ]
  const said = parts.filter(([count]) => count > 0)
  if (chinese) return said.map(([count, , unit]) => `${count}${unit}`).join('')
  return said.map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`).join(' ')
}

/** A time of day such as `at 7`, `seven thirty pm`, `早上七点半`, as `HH:MM`; undefined when there is none. */
export function readTimeOfDay(text: string): string | undefined {
  return readChinese(text) ?? readEnglish(text.toLowerCase())
}

function readChinese(text: string): string | undefined {
  const found =
    /(早上|上午|中午|下午|傍晚|晚上|夜里|凌晨)?([\d零一二两三四五六七八九十]+)点(?:(半)|([\d零一二三四五六七八九十]+)分?)?/u.exec(
      text,
    )
  const hour = readPercent(found?.[2] ?? '')
  if (!found || hour === undefined) return undefined
  const later = /中午|下午|傍晚|晚上/.test(found[1] ?? '') && hour < 12 && !(found[1] === '中午' && hour > 9)
  return toClock(later ? hour + 12 : hour, found[3] ? 30 : found[4] ? readPercent(found[4]) : 0)
}

function readEnglish(text: string): string | undefined {
  const plain = text.replace(/\b([ap])\.?\s?m\b\.?/g, '$1m')
  const digits = /\b(?:at|for|to)?\s*(\d{1,2})(?:[: ](\d{2}))?\s*(am|pm|o'?clock)?\b/.exec(plain)
  if (digits) return onTwelve(Number(digits[1]), Number(digits[2] ?? 0), digits[3])
  const words =
    /\b(?:at|for)\s+(noon|midnight|half past ([a-z]+)|([a-z]+)(?: ((?:twenty|thirty|forty|fifty)(?:[ -][a-z]+)?|ten|fifteen))?)(?:\s*(am|pm|o'?clock))?/.exec(
      plain,
    )
  if (!words) return undefined
  if (words[1] === 'noon') return '12:00'
  if (words[1] === 'midnight') return '00:00'
  const hour = readPercent(words[2] ?? words[3] ?? '')
  if (hour === undefined || hour > 24) return undefined
  return onTwelve(hour, words[2] ? 30 : words[4] ? readPercent(words[4]) : 0, words[5])
}

function onTwelve(hour: number, minute: number | undefined, half: string | undefined): string | undefined {
  if (half === 'pm') return toClock((hour % 12) + 12, minute)
  return toClock(half === 'am' ? hour % 12 : hour, minute)
}

function toClock(hour: number, minute: number | undefined): string | undefined {
  if (minute === undefined || hour > 24 || minute > 59) return undefined
  return `${String(hour % 24).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}
