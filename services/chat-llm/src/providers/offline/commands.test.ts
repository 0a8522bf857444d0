import { describe, expect, test } from 'vitest'
import { createCommands } from './commands.ts'

const { handles } = createCommands({ timeZone: 'UTC', now: () => new Date('2026-11-20T09:05:00Z') })
const tool = (name: string) => ({ name, description: name, inputSchema: {} })
const tools = [
  'get_time',
  'self_audio_speaker_set_volume',
  'self_screen_set_brightness',
  'self_get_device_status',
  'self_lamp_turn_on',
  'self_lamp_turn_off',
].map(tool)

test.each([
  'Stop!',
  'never mind',
  '停下',
  'Volume up.',
  'Please turn up the volume',
  '音量大一点',
  'mute',
  '静音',
  'Set the volume to fifty',
  'volume to 20 percent',
  '把音量调到五十',
  'brighter',
  '调暗一点',
  'turn on the light',
  '关灯',
  'What time is it?',
  '现在几点了？',
  "what's today's date",
  '今天星期几',
])('%j is a command', (text) => {
  expect(handles(text, tools)).toBe(true)
})

describe('no command is', () => {
  test.each([
    'what time is it in Tokyo',
    'tell me about the volume of a sphere',
    'why should I turn on the light',
    'stop telling me stories about dogs',
    'set the volume to something nice and tell me a joke',
    '几点的火车',
  ])('%j', (text) => {
    expect(handles(text, tools)).toBe(false)
  })

  test('what takes a tool that is not offered', () => {
    const without = (name: string) => tools.filter((each) => each.name !== name)
    expect(handles('what time is it', without('get_time'))).toBe(false)
    expect(handles('volume up', without('self_get_device_status'))).toBe(false)
    expect(handles('mute', without('self_get_device_status'))).toBe(true)
    expect(handles('stop', [])).toBe(true)
  })
})
