import { describe, expect, test } from 'vitest'
import type { ModelMessage, ModelPart, ModelTool } from '../../domain/language-model.ts'
import { createOffline } from './offline.ts'

const offline = createOffline({
  timeZone: 'Asia/Shanghai',
  now: () => new Date('2026-11-20T09:05:00Z'),
  random: () => 0,
})

function tool(name: string, properties: Record<string, unknown> = {}): ModelTool {
  return { name, description: name, inputSchema: { type: 'object', properties } }
}
const deviceTools = [
  tool('self_get_device_status'),
  tool('self_audio_speaker_set_volume', { volume: { type: 'integer' } }),
  tool('self_screen_set_brightness', { brightness: { type: 'integer' } }),
  tool('self_lamp_turn_on'),
  tool('self_lamp_turn_off'),
  tool('self_camera_take_photo', { question: { type: 'string' } }),
]
const status = JSON.stringify({ audio_speaker: { volume: 95 }, screen: { brightness: 40 }, battery: { level: 73 } })

async function ask(messages: ModelMessage[], tools: ModelTool[] = []): Promise<ModelPart[]> {
  const parts: ModelPart[] = []
  const signal = new AbortController().signal
  for await (const part of offline.stream({ messages, tools, sampling: {} }, { signal })) parts.push(part)
  return parts
}

const textOf = (parts: ModelPart[]) => parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('')

/** Talks like the tool loop does: every call succeeds, and the status tool gives the status. */
async function talk(said: string, tools = deviceTools, failed = false): Promise<{ calls: unknown[]; text: string }> {
  const messages: ModelMessage[] = [{ role: 'user', text: said }]
  const calls: unknown[] = []
  for (let round = 0; round < 5; round++) {
    const parts = await ask(messages, tools)
    const call = parts.find((part) => part.type === 'tool-call')
    if (!call) return { calls, text: textOf(parts) }
    calls.push([call.name, JSON.parse(call.arguments)])
    const text = call.name === 'self_get_device_status' ? status : 'true'
    messages.push({ role: 'assistant', text: '', toolCalls: [call] }, { role: 'tool', callId: call.id, text, failed })
  }
  throw new Error('the responder calls tools for ever')
}

describe('answers', () => {
  test.each<[said: string, answer: RegExp]>([
    ['What time is it?', /^It is 5:05\sPM\.$/],
    ['what is the time', /5:05/],
    ["what's the time", /5:05/],
    ['um, can you tell me what time it is now please', /5:05/],
    ['现在几点了？', /^现在是17点05分。$/],
    ['What day is it today?', /Friday, November 20, 2026/],
    ["what is today's date", /November 20/],
    ['what year is it', /2026/],
    ['今天几号', /2026年11月20日/],
    ['今天星期几', /星期五/],
    ['tell me a joke', /robot/],
    ['Tell me another joke.', /robot/],
    ['讲个笑话', /机器人/],
    ['tell me a story', /Once upon a time/],
    ['flip a coin', /Heads/],
    ['roll the dice', /It is a 1/],
    ['count to five', /^1, 2, 3, 4, 5\.$/],
    ['What is your name?', /Parley/],
    ['你叫什么名字', /我叫Parley/],
    ['who are you', /offline responder/],
    ['how are you today', /fine/],
    ['how old are you', /update/],
    ['where are you', /here/],
    ['can you hear me', /hear you/],
    ['nice to meet you', /too/],
    ['Thank you very much!', /welcome/],
    ['谢谢你', /不客气/],
    ['good night', /Sleep well/],
    ['Goodbye.', /Goodbye!/],
    ['bye bye', /Goodbye!/],
    ['see you tomorrow', /Goodbye!/],
    ['再见', /再见/],
    ['hello there', /How can I help/],
    ['Hi', /How can I help/],
    ['你好', /你好/],
    ['what can you do', /offline responder, not a language model/],
    ['help me', /offline responder/],
    ['你能做什么', /离线应答器/],
    ['never mind', /All right/],
    ['no thanks', /All right/],
    ['be quiet', /All right/],
    ['yes please', /What would you like/],
    ['What is the weather tomorrow?', /no weather report/],
    ['say hello world', /^hello world$/],
    ['Say Good Morning', /^Good Morning$/],
    ['say hello to mom', /^Hello, mom!$/],
    ['repeat after me: I like Berlin!', /^I like Berlin!$/],
    ['repeat after me', /what to repeat/],
    ['跟我说我爱北京', /^我爱北京$/],
    ['repeat that', /not said anything/],
    ['who was Napoleon', /offline responder, not a language model.*LLM_BASE_URL/],
    ['拿破仑是谁', /离线应答器，不是语言模型.*LLM_BASE_URL/],
    ['...', /offline responder/],
  ])('%s', async (said, answer) => {
    expect((await talk(said, [])).text).toMatch(answer)
  })
})

describe('devices', () => {
  const volume = (value: number) => ['self_audio_speaker_set_volume', { volume: value }]
  const readStatus = ['self_get_device_status', {}]
  test.each<[said: string, calls: unknown[], answer: RegExp]>([
    ['set the volume to 50', [volume(50)], /volume is 50 percent/],
    ['Could you set volume to fifty, please?', [volume(50)], /50/],
    ['set the volume to twenty five percent', [volume(25)], /25/],
    ['set the volume to one hundred', [volume(100)], /100/],
    ['set the volume to zero', [volume(0)], /volume is 0/],
    ['mute the sound', [volume(0)], /volume is 0/],
    ['把音量调到五十', [volume(50)], /百分之50/],
    ['音量调到百分之八十五', [volume(85)], /百分之85/],
    ['turn the volume up', [readStatus, volume(100)], /100/],
    ['turn down the volume', [readStatus, volume(85)], /85/],
    ['make it louder', [readStatus, volume(100)], /100/],
    ['声音小一点', [readStatus, volume(85)], /百分之85/],
    ['what is the volume', [readStatus], /volume is 95 percent/],
    ['set brightness to 70', [['self_screen_set_brightness', { brightness: 70 }]], /brightness is 70/],
    ['make the screen darker', [readStatus, ['self_screen_set_brightness', { brightness: 30 }]], /30/],
    ['turn on the light', [['self_lamp_turn_on', {}]], /light is on/],
    ['Switch the lamp off.', [['self_lamp_turn_off', {}]], /light is off/],
    ['打开灯', [['self_lamp_turn_on', {}]], /打开了/],
    ['把灯关了', [['self_lamp_turn_off', {}]], /关了/],
    ['How much battery is left?', [readStatus], /battery level is 73 percent/],
    ['电量还有多少', [readStatus], /电量是百分之73/],
    ['what do you see', [['self_camera_take_photo', { question: 'what do you see' }]], /true/],
  ])('%s', async (said, calls, answer) => {
    const made = await talk(said)
    expect(made.calls).toEqual(calls)
    expect(made.text).toMatch(answer)
  })

  test('a light with a yes-or-no argument', async () => {
    const light = tool('home_light_set_power', { on: { type: 'boolean' } })
    expect((await talk('turn off the lights', [light])).calls).toEqual([['home_light_set_power', { on: false }]])
  })
  test('without the tool it says so', async () => {
    expect(await talk('set the volume to fifty', [])).toEqual({
      calls: [],
      text: expect.stringMatching(/does not let me/),
    })
  })
  test('a failed call is not called done', async () => {
    expect((await talk('set the volume to fifty', deviceTools, true)).text).toBe('The device did not do that.')
    expect((await talk('make it louder', deviceTools, true)).text).toBe('The device did not do that.')
  })
})

describe('other tools', () => {
  const enumOf = (...things: string[]) => ({ thing: { enum: things }, action: {}, value: {} })
  const home = tool('home_assistant', enumOf('desk lamp', '客厅灯', 'blinds'))
  test.each<[said: string, offered: ModelTool, call: unknown]>([
    ['set a timer for five minutes', tool('set_timer'), { seconds: 300 }],
    ['set a timer for 1 hour 30 minutes', tool('set_timer'), { seconds: 5_400 }],
    ['start a twenty five second timer', tool('set_timer'), { seconds: 25 }],
    ['定一个十分钟的倒计时', tool('set_timer'), { seconds: 600, language: 'zh-CN' }],
    ['设一个半小时的计时器', tool('set_timer'), { seconds: 1_800, language: 'zh-CN' }],
    ['set an alarm for 7', tool('set_alarm'), { time: '07:00' }],
    ['Set an alarm for 6:30 p.m.', tool('set_alarm'), { time: '18:30' }],
    ['wake me up at seven thirty every weekday', tool('set_alarm'), { time: '07:30', repeats: 'weekdays' }],
    ['wake me at noon', tool('set_alarm'), { time: '12:00' }],
    ['set an alarm for half past six', tool('set_alarm'), { time: '06:30' }],
    ['明天早上七点半叫我起床', tool('set_alarm'), { time: '07:30', date: '2026-11-21', language: 'zh-CN' }],
    ['每天晚上九点的闹钟', tool('set_alarm'), { time: '21:00', repeats: 'daily', language: 'zh-CN' }],
    ['remind me to call mom in ten minutes', tool('set_reminder'), { text: 'call mom', inMinutes: 10 }],
    ['remind me at 5 pm to take the bread out', tool('set_reminder'), { text: 'take the bread out', time: '17:00' }],
    ['十分钟后提醒我喝水', tool('set_reminder'), { text: '喝水', inMinutes: 10, language: 'zh-CN' }],
    ['下午三点提醒我开会', tool('set_reminder'), { text: '开会', time: '15:00', language: 'zh-CN' }],
    ['remind me in five minutes', tool('set_timer'), { seconds: 300 }],
    ['what timers are there', tool('list_alarms'), { kind: 'timer' }],
    ['有哪些闹钟', tool('list_alarms'), { kind: 'alarm' }],
    ['cancel the timer', tool('cancel_alarm'), { kind: 'timer' }],
    ['cancel all reminders', tool('cancel_alarm'), { kind: 'reminder', all: true }],
    ['取消闹钟', tool('cancel_alarm'), { kind: 'alarm' }],
    ['turn on the desk lamp', home, { thing: 'desk lamp', action: 'turn_on' }],
    ['关掉客厅灯', home, { thing: '客厅灯', action: 'turn_off' }],
    ['close the blinds', home, { thing: 'blinds', action: 'turn_off' }],
    ['set the desk lamp to fifty percent', home, { thing: 'desk lamp', action: 'set', value: 50 }],
    ['what is the weather in New York today?', tool('get_weather'), { place: 'New York' }],
    ['weather for Rome tomorrow', tool('get_weather'), { place: 'Rome', days: 2 }],
    ['上海今天的天气', tool('get_weather'), { place: '上海' }],
    ['switch to the captain', tool('change_role'), { role: 'the captain' }],
    ['goodbye', tool('end_conversation'), {}],
    ['what time is it', tool('get_time'), {}],
  ])('%s', async (said, offered, call) => {
    expect((await ask([{ role: 'user', text: said }], [offered]))[1]).toMatchObject({
      type: 'tool-call',
      name: offered.name,
      arguments: JSON.stringify(call),
    })
  })

  test('what comes from outside is read between its marks', async () => {
    const messages: ModelMessage[] = [
      { role: 'user', text: 'any news' },
      { role: 'assistant', text: '', toolCalls: [{ id: 'c1', name: 'get_news', arguments: '{}' }] },
      {
        role: 'tool',
        callId: 'c1',
        text: '<outside-content>\n[{"title":"Rain"}]\n</outside-content>',
        failed: false,
      },
    ]
    expect(textOf(await ask(messages, [tool('get_news')]))).toBe('Rain.')
  })
})

test('says again what it said', async () => {
  const earlier: ModelMessage[] = [
    { role: 'user', text: 'hello' },
    { role: 'assistant', text: 'Hello! How can I help?' },
  ]
  expect(textOf(await ask([...earlier, { role: 'user', text: 'say that again' }]))).toBe('Hello! How can I help?')
})

describe('the pairing code', () => {
  const codeTool = tool('parley_get_pairing_code')
  const answered = (text: string, failed = false): ModelMessage[] => [
    { role: 'user', text: 'What is your pairing code?' },
    { role: 'assistant', text: '', toolCalls: [{ id: 'c1', name: codeTool.name, arguments: '{}' }] },
    { role: 'tool', callId: 'c1', text, failed },
  ]

  test('is asked for and told digit by digit', async () => {
    const [, call] = await ask([{ role: 'user', text: 'What is your pairing code?' }], [codeTool])
    expect(call).toMatchObject({ type: 'tool-call', name: codeTool.name })
    const told = await ask(answered('{"pairing_code":"012345","valid_minutes":15}'), [codeTool])
    expect(textOf(told)).toBe('My pairing code is 0 1 2 3 4 5.')
  })

  test('that cannot be had is not made up', async () => {
    expect(textOf(await ask(answered('Error: gone', true), [codeTool]))).toMatch(/Restart me/)
    expect(textOf(await ask([{ role: 'user', text: '你的绑定码是多少' }]))).toMatch(/已经有主人/)
  })
})
