/** Date and time as people say them, in one time zone. */
export type DateWords = {
  time: (now: Date, chinese: boolean) => string
  date: (now: Date, chinese: boolean) => string
  year: (now: Date) => string
  /** `2026-11-25`. */
  day: (now: Date) => string
}

/** Making a formatter costs more than all the rest of an answer: each is made once. */
export function createDateWords(timeZone: string): DateWords {
  const formatter = (locale: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone })
  const englishTime = formatter('en-US', { timeStyle: 'short' })
  const chineseTime = formatter('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const englishDate = formatter('en-US', { dateStyle: 'full' })
  const chineseDate = formatter('zh-CN', { dateStyle: 'full' })
  // Swedish writes dates as ISO 8601 does.
  const day = formatter('sv-SE', { dateStyle: 'short' })
  const year = formatter('en-US', { year: 'numeric' })

  return {
    time: (now, chinese) =>
      chinese ? chineseTime.format(now).replace(/^0?(\d+):(\d+)$/, '$1点$2分') : englishTime.format(now),
    date: (now, chinese) => (chinese ? chineseDate : englishDate).format(now),
    year: (now) => year.format(now),
    day: (now) => day.format(now),
  }
}
