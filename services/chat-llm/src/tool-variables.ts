import { accessSync, constants } from 'node:fs'
import { list, secret, variable } from '@parley/service-kit'
import { z } from 'zod'

const address = z.url({ protocol: /^https?$/, error: 'an http(s) URL' })
const addresses = list().pipe(z.array(address).max(20)).default([])

/** The settings of the plugins and hooks that come with the service. Each is only read by the one that it is named for. */
export const weather = {
  baseUrl: variable('WEATHER_API_BASE_URL', address.default('https://api.weatherapi.com/v1')),
  apiKey: secret('WEATHER_API_KEY', { optional: true }),
  place: variable('WEATHER_PLACE', z.string().trim().min(1).max(100).optional()),
}

export const news = { feeds: variable('NEWS_FEEDS', addresses) }

export const webSearch = { searxngUrl: variable('SEARXNG_URL', address.optional()) }

export const homeAssistant = {
  url: variable('HOME_ASSISTANT_URL', address.optional()),
  token: secret('HOME_ASSISTANT_TOKEN', { optional: true }),
}

export const contentFilter = {
  file: variable('CONTENT_FILTER_FILE', z.string().refine(isReadable, 'a file that can be read').optional()),
}

export const injectionGuard = { mode: variable('INJECTION_GUARD', z.enum(['off', 'mark', 'block']).default('mark')) }

/** All of them, for whoever wants to know what the service reads. */
export const toolVariables = {
  weatherApiBaseUrl: weather.baseUrl,
  weatherApiKey: weather.apiKey,
  weatherPlace: weather.place,
  newsFeeds: news.feeds,
  searxngUrl: webSearch.searxngUrl,
  homeAssistantUrl: homeAssistant.url,
  homeAssistantToken: homeAssistant.token,
  contentFilterFile: contentFilter.file,
  injectionGuard: injectionGuard.mode,
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}
