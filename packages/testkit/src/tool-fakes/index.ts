export { startFeedFake, type FeedFake, type FeedItem } from './feed-fake.ts'
export { startHomeAssistantFake, type HomeAssistantFake } from './home-assistant-fake.ts'
export { startSearxngFake, type SearxngFake, type SearxngResult } from './searxng-fake.ts'
export { startWeatherFake, type Town, type WeatherFake } from './weather-fake.ts'
