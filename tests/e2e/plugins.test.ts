import { connectDevice, speakPackets } from '@parley/testkit/device'
import { startWeatherFake, type WeatherFake } from '@parley/testkit/tool-fakes'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newDeviceId, startPlatform, type Platform } from '../platform.ts'
import { outline, pushToTalk, sentencesOf, wholeTurn } from './helpers.ts'

let weather: WeatherFake
let platform: Platform
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  const towns = [{ name: 'Paris', country: 'France', temperatureC: 12.4, condition: 'Light rain' }]
  weather = stack.use(await startWeatherFake({ apiKey: 'weather-key', towns }))
  platform = stack.use(
    await startPlatform({
      WEATHER_API_BASE_URL: `${weather.url}/v1`,
      WEATHER_API_KEY: 'weather-key',
      WEATHER_PLACE: 'Paris',
    }),
  )
})
afterAll(() => stack.disposeAsync())

test('the weather is asked for aloud, with no model but the offline responder, and told aloud', async () => {
  await using device = await connectDevice({ url: platform.websocketUrl, deviceId: newDeviceId() })
  const from = device.position
  pushToTalk(device, await speakPackets('what is the weather'))
  const events = await wholeTurn(device, from)
  expect(outline(events)).toContain('audio')
  expect(sentencesOf(events).join(' ')).toBe('In Paris, France it is 12 degrees: Light rain.')
  expect(weather.requests).toMatchObject([{ path: '/v1/current.json', query: { q: 'Paris' } }])
})

test('good-bye is answered, and then the device is let go', async () => {
  await using device = await connectDevice({ url: platform.websocketUrl, deviceId: newDeviceId() })
  const from = device.position
  pushToTalk(device, await speakPackets('goodbye'))
  expect(sentencesOf(await wholeTurn(device, from))).toEqual(['Goodbye!'])
  expect(await device.closed()).toMatchObject({ code: 1000 })
})
