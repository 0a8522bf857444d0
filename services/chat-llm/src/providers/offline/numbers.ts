const units = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
const teens = [
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
]
const tens = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']
const chineseDigits = '零一二三四五六七八九'

const englishValues = new Map<string, number>([
  ...[...units, ...teens].map((word, value) => [word, value] as const),
  ...tens.map((word, index) => [word, (index + 2) * 10] as const),
  ['hundred', 100],
  ['half', 50],
  ['maximum', 100],
  ['max', 100],
  ['full', 100],
  ['minimum', 0],
])
const chineseWords: [RegExp, number][] = [
  [/最大|最高|最亮|满/, 100],
  [/最小|最低|最暗/, 0],
  [/一半/, 50],
]

/** The first whole number from 0 to 100 in a text, as digits or in English or Chinese words. */
export function readPercent(text: string): number | undefined {
  const digits = /\d+/.exec(text)
  const value = digits ? Number(digits[0]) : (readEnglish(text) ?? readChinese(text))
  return value !== undefined && value <= 100 ? value : undefined
}

function readEnglish(text: string): number | undefined {
  let sum: number | undefined
  for (const word of text.split(/[\s-]+/)) {
    const value = englishValues.get(word)
    if (value === undefined && sum !== undefined) return sum
    if (value !== undefined) sum = value === 100 ? 100 : (sum ?? 0) + value
  }
  return sum
}

function readChinese(text: string): number | undefined {
  const named = chineseWords.find(([pattern]) => pattern.test(text))
  if (named) return named[1]
  const found = /[零一二两三四五六七八九十百]+/.exec(text.replaceAll(/百分之?/g, ''))?.[0].replaceAll('两', '二')
  if (!found) return undefined
  if (found.includes('百')) return 100
  const [before = '', after] = found.split('十')
  if (after === undefined) return chineseDigits.indexOf(before)
  return digit(before, 1) * 10 + digit(after, 0)
}

function digit(text: string, ifNone: number): number {
  return text === '' ? ifNone : chineseDigits.indexOf(text)
}
