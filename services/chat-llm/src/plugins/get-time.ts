import { TimeZone } from '@parley/contracts'
import { SolarDay } from 'tyme4ts'
import { z } from 'zod'
import { definePlugin } from '../extensions/plugin.ts'

/** The time, the date, and the Chinese lunar calendar. */
export default definePlugin({
  name: 'get_time',
  description:
    'The time and the date now, or the weekday of another date, with the date in the Chinese lunar calendar, its zodiac animal, solar term and festival.',
  input: z.object({
    date: z.iso.date().describe('Another day than today, YYYY-MM-DD, from 1900 to 2100').optional(),
    timeZone: TimeZone.describe('Of another place, such as Europe/Paris').optional(),
  }),
  parameters: z.object({ timeZone: TimeZone.optional() }),
  open: (_settings, { now, timeZone: placeZone }) => ({
    run: ({ date, timeZone: asked }, { parameters }) => {
      const timeZone = asked ?? parameters.timeZone ?? placeZone
      const local = localTime(now(), timeZone)
      const day = date ?? local.date
      const weekday = new Date(`${day}T00:00:00Z`).toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' })
      const about = { date: day, weekday, timeZone, lunar: lunarDate(day) }
      return date === undefined ? { time: local.time, ...about } : about
    },
  }),
})

function localTime(now: Date, timeZone: string): { date: string; time: string } {
  // Swedish writes dates as ISO 8601 does.
  const [date = '', time = ''] = now.toLocaleString('sv-SE', { timeZone }).split(' ')
  return { date, time: time.slice(0, 5) }
}

/** As the calendar is read: year by stem and branch, month and day by their names. */
function lunarDate(date: string) {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
  if (year < 1900 || year > 2100) return undefined
  const solar = SolarDay.fromYmd(year, month, day)
  const lunarDay = solar.getLunarDay()
  const lunarMonth = lunarDay.getLunarMonth()
  const cycle = lunarMonth.getLunarYear().getSixtyCycle()
  const term = solar.getTermDay()
  return {
    date: `${cycle.getName()}年${lunarMonth.getName()}${lunarDay.getName()}`,
    zodiac: cycle.getEarthBranch().getZodiac().getName(),
    solarTerm: term.getDayIndex() === 0 ? term.getSolarTerm().getName() : undefined,
    festival: lunarDay.getFestival()?.getName(),
  }
}
