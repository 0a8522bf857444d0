import { chat, device, type AgentSettings, type Person } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import {
  startFeedFake,
  startHomeAssistantFake,
  startSearxngFake,
  startWeatherFake,
  type FeedFake,
  type HomeAssistantFake,
  type SearxngFake,
  type WeatherFake,
} from '@parley/testkit/tool-fakes'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { collect, newDevice, openChat, textOf, type ChatFixture } from './fixture.ts'

let weather: WeatherFake
let feeds: FeedFake
let searxng: SearxngFake
let home: HomeAssistantFake
let service: ChatFixture
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  weather = stack.use(
    await startWeatherFake({
      apiKey: 'weather-key',
      towns: [
        { name: 'Paris', country: 'France', temperatureC: 12.4, condition: 'Light rain' },
        { name: '北京', country: '中国', temperatureC: 3, condition: '晴' },
      ],
    }),
  )
  feeds = stack.use(await startFeedFake())
  searxng = stack.use(await startSearxngFake())
  home = stack.use(
    await startHomeAssistantFake({
      token: 'home-token',
      entities: {
        'light.kitchen': { state: 'off', attributes: { friendly_name: 'Kitchen' } },
        'climate.living': { state: 'heat', attributes: { current_temperature: 19, temperature: 20 } },
        'cover.door': { state: 'closed', attributes: {} },
      },
    }),
  )
  service = stack.use(
    await openChat({
      WEATHER_API_BASE_URL: `${weather.url}/v1`,
      WEATHER_API_KEY: 'weather-key',
      NEWS_FEEDS: `${feeds.url}/rss.xml`,
      SEARXNG_URL: searxng.url,
      HOME_ASSISTANT_URL: home.url,
      HOME_ASSISTANT_TOKEN: 'home-token',
      TIME_ZONE: 'Asia/Shanghai',
    }),
  )
})
afterAll(() => stack.disposeAsync())

let person: Person
beforeEach(() => {
  person = newPerson()
})

const createAgent = (settings: Partial<AgentSettings> = {}) =>
  callAs(person, () => service.bus.request(chat.createAgent, { name: 'Bo', prompt: 'Be Bo.', ...settings }))

/** A person in an app asks: no device is there. */
const ask = async (text: string, agent: Partial<AgentSettings> = {}, language?: string) => {
  const { agentId } = await createAgent(agent)
  return callAs(person, () => collect(service.bus.stream(chat.ask, { turnId: newId(), text, agentId, language })))
}
const answerTo = async (...given: Parameters<typeof ask>) => textOf(await ask(...given))

describe('the time', () => {
  test('is told where the agent is, with no device and no key', async () => {
    expect(await answerTo('what time is it')).toMatch(/^It is \d{1,2}:\d\d\s[AP]M\.$/)
    const there = await answerTo('现在几点了', {
      tools: { parameters: { get_time: { timeZone: 'America/New_York' } } },
    })
    const here = await answerTo('现在几点了')
    expect(there).toMatch(/^现在是\d+点\d\d分。$/)
    expect(there).not.toBe(here)
  })

  test('has the lunar calendar', async () => {
    expect(await answerTo('今天农历几号')).toMatch(
      /^今天是农历..年(?:闰)?.{1,2}月.{2}，[鼠牛虎兔龙蛇马羊猴鸡狗猪]年。$/,
    )
  })
})

describe('the weather', () => {
  test('now, by place, with the key', async () => {
    expect(await answerTo("what's the weather in Paris")).toBe('In Paris, France it is 12 degrees: Light rain.')
    expect(weather.requests.at(-1)).toEqual({
      path: '/v1/current.json',
      query: { key: 'weather-key', q: 'Paris', aqi: 'no' },
    })
  })

  test('tomorrow, at the usual place of the agent, in the language of whoever asks', async () => {
    const tools = { parameters: { get_weather: { place: '北京' } } }
    expect(await answerTo('明天天气怎么样', { tools }, 'zh-CN')).toBe('北京, 中国晴，-2到4度。')
    expect(weather.requests.at(-1)?.query).toMatchObject({ q: '北京', days: '2', lang: 'zh', alerts: 'no' })
  })

  test('of a place that there is not, or of none', async () => {
    expect(await answerTo('what is the weather in Atlantis')).toMatch(/does not know the place "Atlantis"/)
    expect(await answerTo('what is the weather')).toMatch(/Ask the user for which town/)
  })
})

describe('the news', () => {
  beforeEach(() => {
    feeds.publish(
      { title: 'Older & wiser', summary: 'Of <b>yesterday</b>', at: new Date('2026-11-24T08:00:00Z') },
      { title: 'Newer', summary: 'Of today', at: new Date('2026-11-25T08:00:00Z') },
    )
  })

  test('of the place’s feeds, newest first', async () => {
    expect(await answerTo('what is in the news')).toBe('Newer. Older & wiser.')
  })

  test('of an agent’s own feeds: not from a private network', async () => {
    const before = feeds.accepted.length
    const tools = { parameters: { get_news: { feeds: [`${feeds.url}/atom.xml`] } } }
    expect(await answerTo('what is in the news', { tools })).toMatch(/not on the public internet/)
    expect(feeds.accepted).toHaveLength(before)
  })

  test('of an agent’s own feeds where the operator allows the host, Atom and redirects too', async () => {
    await using allowing = await openChat({ OUTBOUND_PRIVATE_HOSTS: '127.0.0.1' })
    const given = { name: 'Bo', prompt: 'Be Bo.' }
    const news = async (...paths: string[]) => {
      const parameters = { get_news: { feeds: paths.map((path) => feeds.url + path) } }
      const { agentId } = await callAs(person, () =>
        allowing.bus.request(chat.createAgent, { ...given, tools: { parameters } }),
      )
      const question = { turnId: newId(), text: 'news please', agentId }
      return textOf(await callAs(person, () => collect(allowing.bus.stream(chat.ask, question))))
    }
    expect(await news('/atom.xml')).toBe('Newer. Older & wiser.')
    expect(await news('/old', '/gone')).toBe('Newer. Older & wiser.')
    expect(await news('/page')).toMatch(/neither RSS nor Atom/)
    expect(await news('/round')).toMatch(/without end/)
  })
})

test('the web is searched, and a direct answer comes first', async () => {
  searxng.index('parley', [{ title: 'Parley', url: 'https://parley.example.com/a', content: 'A backend.' }])
  searxng.index('height of everest', [], '8849 metres')
  expect(await answerTo('search for parley')).toBe('Parley: A backend.')
  expect(searxng.queries.at(-1)).toEqual({ q: 'parley', format: 'json', safesearch: '1', language: 'auto' })
  expect(await answerTo('search for height of everest')).toBe('8849 metres')
  expect(await answerTo('search for nothing at all')).toBe('Nothing was found.')
})

describe('Home Assistant', () => {
  const entities = { 'kitchen lamp': 'light.kitchen', heating: 'climate.living', gone: 'light.gone' }
  const tools = { parameters: { home_assistant: { entities } } }

  test('switches, sets and reads what the agent was given', async () => {
    expect(await answerTo('turn on the lamp', { tools })).toBe('Done: kitchen lamp.')
    expect(home.entities['light.kitchen']?.state).toBe('on')
    await answerTo('set the kitchen lamp to 40 percent', { tools })
    expect(home.calls.at(-1)).toEqual({
      service: 'light.turn_on',
      data: { entity_id: 'light.kitchen', brightness_pct: 40 },
    })
    await answerTo('set the heating to 22', { tools })
    expect(home.entities['climate.living']?.attributes['temperature']).toBe(22)
    expect(await answerTo('how is the heating', { tools })).toBe(
      '{"thing":"heating","state":"heat","current_temperature":19,"temperature":22}',
    )
  })

  test('is not offered to an agent without entities, nor anything beside them', async () => {
    const before = home.calls.length
    await answerTo('turn on the lamp')
    await answerTo('open the door', { tools })
    expect(home.calls).toHaveLength(before)
    expect(home.entities['cover.door']?.state).toBe('closed')
  })

  test('an agent whose parameters do not fit does not have it', async () => {
    const parameters = { home_assistant: { entities: { lamp: 'no entity' } } }
    expect(await answerTo('turn on the lamp', { tools: { parameters } })).toBe('This device offers me no light.')
  })
})

describe('roles', () => {
  test('another agent of the owner answers on the device from then on', async () => {
    const [deviceId, other] = [newDevice(), await createAgent({ name: 'Captain Bo' })]
    const taken: unknown[] = []
    const answer = (given: unknown) => {
      taken.push(given)
      return {}
    }
    await using _hub = service.bus.handle(device.setAgent, answer)
    await service.bus.flush()
    const { userId: ownerId } = person
    const said = textOf(await collect(service.reply({ deviceId, ownerId, text: 'switch to captain bo' })))
    expect(said).toBe('From now on it is captain bo.')
    expect(taken).toEqual([{ deviceId, ownerId, agentId: other.agentId }])
    expect(textOf(await collect(service.reply({ deviceId, ownerId, text: 'switch to nobody' })))).toMatch(
      /no such role\. There are: .*Captain Bo/,
    )
  })

  test('are not for a device that nobody owns, nor for an app', async () => {
    expect(textOf(await collect(service.reply({ deviceId: newDevice(), text: 'switch to Parley' })))).toMatch(/offline/)
    expect(await answerTo('switch to Parley')).toMatch(/offline/)
  })
})

test('taking leave ends the conversation on a device, and only there', async () => {
  const parts = await collect(service.reply({ deviceId: newDevice(), text: 'goodbye' }))
  expect(textOf(parts)).toBe('Goodbye!')
  expect(parts.at(-1)).toEqual({ type: 'finished', reason: 'stop', endsConversation: true })
  expect((await ask('goodbye')).at(-1)).toEqual({ type: 'finished', reason: 'stop' })
})

test('an agent that may use nothing has nothing', async () => {
  expect(await answerTo('what is the weather in Paris', { tools: { allow: ['get_time'] } })).toMatch(
    /no weather report/,
  )
})

test('each call is logged without its words', async () => {
  await answerTo("what's the weather in Paris")
  const line = service.lines.findLast((text) => text.includes('"tool called"')) ?? ''
  expect(JSON.parse(line)).toMatchObject({ name: 'get_weather', origin: 'plugin', failed: false, msg: 'tool called' })
  expect(service.lines.join('')).not.toMatch(/Light rain|weather-key/)
})

test('what is not set up is not offered, and the log says which', async () => {
  await using bare = await openChat()
  const line = bare.lines.find((text) => text.includes('"extensions"')) ?? ''
  const { plugins, notSetUp, hooks } = JSON.parse(line) as Record<string, string[]>
  expect(plugins?.toSorted()).toEqual([
    'cancel_alarm',
    'change_role',
    'end_conversation',
    'get_news',
    'get_time',
    'list_alarms',
    'set_alarm',
    'set_reminder',
    'set_timer',
  ])
  expect(notSetUp?.toSorted()).toEqual(['draw_picture', 'get_weather', 'home_assistant', 'read_picture', 'search_web'])
  expect(hooks).toEqual(['injection-guard'])
  expect(textOf(await collect(bare.reply({ deviceId: newDevice(), text: 'news please' })))).toMatch(/offline/)
})
