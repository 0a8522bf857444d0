type Units = Record<string, [zh: string, en: string]>

/** What voices stumble over when it stands behind a number, and what people say for it. */
const units: Units = {
  'km/h': ['公里每小时', 'kilometres per hour'],
  'm/s': ['米每秒', 'metres per second'],
  '°C': ['摄氏度', 'degrees Celsius'],
  '℃': ['摄氏度', 'degrees Celsius'],
  '°F': ['华氏度', 'degrees Fahrenheit'],
  '℉': ['华氏度', 'degrees Fahrenheit'],
  '°': ['度', 'degrees'],
  km: ['公里', 'kilometres'],
  cm: ['厘米', 'centimetres'],
  mm: ['毫米', 'millimetres'],
  kg: ['公斤', 'kilograms'],
  mg: ['毫克', 'milligrams'],
  ml: ['毫升', 'millilitres'],
  mL: ['毫升', 'millilitres'],
  kWh: ['千瓦时', 'kilowatt hours'],
  kW: ['千瓦', 'kilowatts'],
  GB: ['GB', 'gigabytes'],
  MB: ['MB', 'megabytes'],
  'm²': ['平方米', 'square metres'],
  '㎡': ['平方米', 'square metres'],
  'm³': ['立方米', 'cubic metres'],
  m: ['米', 'metres'],
  g: ['克', 'grams'],
}
const currencies: Units = {
  $: ['美元', 'dollars'],
  '€': ['欧元', 'euros'],
  '£': ['英镑', 'pounds'],
  '¥': ['元', 'yuan'],
  '￥': ['元', 'yuan'],
}
const number = String.raw`\d+(?:\.\d+)?`
const escaped = (names: string[]) => names.map((name) => name.replace(/[$.*+?^()|/]/g, '\\$&')).join('|')
const unitPattern = new RegExp(`(?<![\\w.])(-?${number})\\s?(${escaped(Object.keys(units))})(?![\\w²³/])`, 'g')
const currencyPattern = new RegExp(`([${Object.keys(currencies).join('')}])\\s?(${number})`, 'g')

/**
 * Numbers and units as they are read out, for voices that would spell them: thousands without separators, units, currencies,
 * percentages, ranges and times in words of the text's language (Chinese, else English; other languages keep their signs).
 */
export function toReadable(text: string, language?: string): string {
  const tag = (language ?? '').toLowerCase()
  // Some Chinese text has no Chinese signs but its numbers; what has kana or Hangul is read as it is.
  const isChinese = /\p{Script=Han}/u.test(text) && !/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)
  const plain = text.replace(/(?<![\d.])\d{1,3}(?:,\d{3})+(?![\d,])/g, (digits) => digits.replaceAll(',', ''))
  if (isChinese || /^(zh|yue|cmn)/.test(tag)) return readChinese(plain)
  const isLatin = !/[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u.test(plain)
  return (tag === '' || tag.startsWith('en')) && isLatin ? readEnglish(plain) : plain
}

function readChinese(text: string): string {
  return text
    .replace(/(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/g, (_all, year, month, day) => `${year}年${+month}月${+day}日`)
    .replace(/(?<![\d:])(\d{1,2}):(\d{2})(?![\d:])/g, (_all, hour, minute) => `${+hour}点${readMinute(minute)}`)
    .replace(new RegExp(`(-?)(${number})\\s?[%％]`, 'g'), (_all, sign, value) => `${sign && '负'}百分之${value}`)
    .replace(currencyPattern, (_all, sign: string, value) => `${value}${currencies[sign]![0]}`)
    .replace(new RegExp(`(${number})\\s?[-~～–—]\\s?(?=${number})`, 'g'), '$1到')
    .replace(unitPattern, (_all, value: string, unit: string) => `${value.replace('-', '零下')}${units[unit]![0]}`)
}

const readMinute = (minute: string) => (minute === '00' ? '' : `${minute.startsWith('0') ? '零' : ''}${+minute}分`)

function readEnglish(text: string): string {
  return text
    .replace(/(?<![\d:])(\d{1,2}):00(?![\d:])(?!\s?[ap]\.?m)/gi, "$1 o'clock")
    .replace(new RegExp(`(${number})\\s?%`, 'g'), '$1 percent')
    .replace(currencyPattern, (_all, sign: string, value) => `${value} ${plural(currencies[sign]![1], value)}`)
    .replace(new RegExp(`(?<![\\d-])(${number})\\s?[–—~-]\\s?(?=${number}(?![\\d-]))`, 'g'), '$1 to ')
    .replace(unitPattern, (_all, value: string, unit: string) => {
      const words = plural(units[unit]![1], value.replace('-', ''))
      return `${value.replace('-', 'minus ')} ${words}`
    })
}

/** One of something has no s. */
const plural = (words: string, value: string) => (value === '1' ? words.replace(/s(?= per|$)|(?<=degree)s/, '') : words)
