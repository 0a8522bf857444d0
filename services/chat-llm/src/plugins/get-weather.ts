import { Problem } from '@parley/contracts'
import { z } from 'zod'
import { definePlugin } from '../extensions/plugin.ts'
import { askJson } from '../providers/ask-json.ts'
import { weather } from '../tool-variables.ts'

const Place = z.object({ name: z.string(), country: z.string().optional() })
const Condition = z.object({ text: z.string() })
const Current = z.object({
  location: Place,
  current: z.object({
    temp_c: z.number(),
    feelslike_c: z.number().optional(),
    humidity: z.number().optional(),
    wind_kph: z.number().optional(),
    condition: Condition,
  }),
})
const Forecast = z.object({
  location: Place,
  forecast: z.object({
    forecastday: z.array(
      z.object({
        date: z.string(),
        day: z.object({
          mintemp_c: z.number(),
          maxtemp_c: z.number(),
          daily_chance_of_rain: z.coerce.number().optional(),
          condition: Condition,
        }),
      }),
    ),
  }),
})

/** The weather by any service that speaks WeatherAPI.com's `current.json` and `forecast.json`. */
export default definePlugin({
  name: 'get_weather',
  description: 'The weather of a place now, or with `days` the forecast from today on.',
  input: z.object({
    place: z.string().trim().min(1).max(100).describe('A town; the usual place without it').optional(),
    days: z.number().int().min(1).max(14).describe('Today and how many days on, 2 for tomorrow').optional(),
  }),
  parameters: z.object({ place: z.string().trim().min(1).max(100).optional() }),
  settings: weather,
  outside: true,
  open: ({ baseUrl, apiKey, place: usualPlace }, { fetch }) =>
    apiKey && {
      run: async ({ place: asked, days }, { parameters, turn, signal }) => {
        const place = asked ?? parameters.place ?? usualPlace
        if (place === undefined) throw new Problem('bad-request', 'No place is known. Ask the user for which town.')
        const url = new URL(`${baseUrl.replace(/\/$/, '')}/${days === undefined ? 'current' : 'forecast'}.json`)
        const language = languageOf(turn.language)
        const query = { key: apiKey.reveal(), q: place, aqi: 'no', ...(language && { lang: language }) }
        for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
        // 401 and 403 are about the key; 400 is only a place that is unknown.
        const asking = { vendor: 'The weather service', fetch, signal, unknownStatus: 400 }
        try {
          if (days === undefined) return toNow(await askJson(url, Current, asking))
          url.searchParams.set('days', String(days))
          url.searchParams.set('alerts', 'no')
          return toForecast(await askJson(url, Forecast, asking))
        } catch (error) {
          if (error instanceof Problem && error.code === 'not-found')
            throw new Problem('not-found', `The weather service does not know the place ${JSON.stringify(place)}.`)
          throw error
        }
      },
    },
})

/** The codes of the service; English is what it speaks without one. */
function languageOf(language: string | undefined): string | undefined {
  const code = language?.split('-')[0]
  return code === undefined || code === 'en' ? undefined : code
}

function toPlace({ name, country }: z.output<typeof Place>) {
  return country ? `${name}, ${country}` : name
}

function toNow({ location, current }: z.output<typeof Current>) {
  const { temp_c, feelslike_c, humidity, wind_kph, condition } = current
  return {
    place: toPlace(location),
    now: {
      condition: condition.text,
      temperatureC: temp_c,
      feelsLikeC: feelslike_c,
      humidityPercent: humidity,
      windKmH: wind_kph,
    },
  }
}

function toForecast({ location, forecast }: z.output<typeof Forecast>) {
  const days = forecast.forecastday.map(({ date, day }) => ({
    date,
    condition: day.condition.text,
    leastC: day.mintemp_c,
    mostC: day.maxtemp_c,
    rainPercent: day.daily_chance_of_rain,
  }))
  return { place: toPlace(location), days }
}
