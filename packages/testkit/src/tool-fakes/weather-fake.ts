import { startFakeServer, type FakeAnswer, type FakeRequest, type FakeServer } from '../fake-server.ts'

/** What WeatherAPI.com tells of a town; temperatures in degrees Celsius. */
export type Town = { name: string; country: string; temperatureC: number; condition: string }

export type WeatherFake = FakeServer & { readonly requests: { path: string; query: Record<string, string> }[] }

const known = new Set(['key', 'q', 'days', 'lang', 'aqi', 'alerts'])
const firstDay = Date.UTC(2026, 10, 25)

/**
 * WeatherAPI.com's `current.json` and `forecast.json` under `/v1` on loopback: the key is checked, a town that it does not know
 * is its error 1006, a parameter that it does not have an error of this fake.
 */
export async function startWeatherFake({ apiKey, towns }: { apiKey: string; towns: Town[] }): Promise<WeatherFake> {
  const requests: { path: string; query: Record<string, string> }[] = []

  function answer({ method, path, query }: FakeRequest): FakeAnswer {
    const given = Object.fromEntries(new URLSearchParams(query))
    requests.push({ path, query: given })
    if (method !== 'GET' || !/^\/v1\/(?:current|forecast)\.json$/.test(path))
      return failure(400, 1005, 'API URL is invalid.')
    if (Object.keys(given).some((name) => !known.has(name)))
      return failure(400, 9999, 'This fake knows no such parameter.')
    if (!given['key']) return failure(401, 1002, 'API key is invalid or not provided.')
    if (given['key'] !== apiKey) return failure(401, 2006, 'API key is invalid.')
    if (!given['q']) return failure(400, 1003, 'Parameter q is missing.')
    const wanted = given['q'].toLowerCase()
    const town = towns.find(({ name }) => name.toLowerCase() === wanted)
    if (!town) return failure(400, 1006, 'No matching location found.')
    const forecast = path.endsWith('forecast.json') && {
      forecast: { forecastday: daysOf(town, Number(given['days'] ?? 1)) },
    }
    return { body: { ...currentOf(town), ...forecast } }
  }

  return Object.assign(await startFakeServer(answer), { requests })
}

function failure(status: number, code: number, message: string): FakeAnswer {
  return { status, body: { error: { code, message } } }
}

function currentOf({ name, country, temperatureC, condition }: Town) {
  return {
    location: {
      name,
      region: '',
      country,
      lat: 1,
      lon: 2,
      tz_id: 'UTC',
      localtime_epoch: 1,
      localtime: '2026-11-25 10:00',
    },
    current: {
      last_updated_epoch: 1,
      last_updated: '2026-11-25 10:00',
      temp_c: temperatureC,
      temp_f: temperatureC * 1.8 + 32,
      is_day: 1,
      condition: { text: condition, icon: '//cdn.example.com/1.png', code: 1003 },
      wind_kph: 12.2,
      wind_dir: 'W',
      humidity: 81,
      feelslike_c: temperatureC - 1,
      uv: 1,
    },
  }
}

function daysOf({ temperatureC, condition }: Town, count: number) {
  return Array.from({ length: count }, (_, day) => ({
    date: new Date(firstDay + day * 86_400_000).toISOString().slice(0, 10),
    date_epoch: 1,
    day: {
      maxtemp_c: temperatureC + day,
      mintemp_c: temperatureC - 5,
      daily_chance_of_rain: 40,
      condition: { text: condition, icon: '//cdn.example.com/1.png', code: 1003 },
    },
    hour: [],
  }))
}
