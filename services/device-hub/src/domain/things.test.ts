import { describe, expect, test } from 'vitest'
import { sessionScene } from '../../test/session-scene.ts'
import { settle } from '../../test/virtual-clock.ts'
import { readStatusReport } from './device-status.ts'
import { findSwitch } from './switching.ts'

const speaker = {
  name: 'Speaker',
  description: 'The loudspeaker',
  properties: { volume: { description: 'How loud', type: 'number' as const } },
  methods: {
    SetVolume: { description: 'Sets it', parameters: { volume: { description: '0-100', type: 'number' as const } } },
  },
}

describe('the things of older firmware', () => {
  test('are tools: methods give commands, properties what was said last', async () => {
    const { link, mind, session, statuses, hello, detect } = sessionScene({ ownerId: 'ada' })
    hello()
    session.receive({ type: 'iot', descriptors: [speaker], states: [] })
    expect(await session.callTool({ name: 'Speaker_get_volume', arguments: {} }, {})).toMatchObject({ failed: true })
    session.receive({ type: 'iot', descriptors: [], states: [{ name: 'Speaker', state: { volume: 70 } }] })
    expect(statuses).toMatchObject([{ volumePercent: 70 }])
    detect('louder')
    expect(mind.last.input.tools?.map(({ name }) => name)).toEqual(['Speaker_SetVolume', 'Speaker_get_volume'])
    expect(await session.callTool({ name: 'Speaker_get_volume', arguments: {} }, {})).toEqual({
      text: '70',
      failed: false,
    })
    await session.callTool({ name: 'Speaker_SetVolume', arguments: { volume: 80 } }, {})
    expect(link.story).toContain('iot [{"name":"Speaker","method":"SetVolume","parameters":{"volume":80}}]')
    expect(await session.callTool({ name: 'Speaker_Explode', arguments: {} }, {})).toMatchObject({ failed: true })
  })

  test('are bounded', () => {
    const { session, hello } = sessionScene()
    hello()
    const many = Array.from({ length: 64 }, (_, index) => ({ ...speaker, name: `Thing${index}` }))
    session.receive({ type: 'iot', descriptors: many, states: [] })
    expect(session.tools().length).toBe(64)
  })
})

describe('tools for people only', () => {
  test('are not told to a model, but can be called', async () => {
    const { mind, session, readied, hello, detect } = sessionScene({ ownerId: 'ada' })
    hello({ mcp: true })
    session.receive({ type: 'mcp', payload: { id: 1, result: {} } })
    await settle()
    const tools = [{ name: 'self.reboot', annotations: { audience: ['user'] } }, { name: 'self.lamp' }]
    expect(readied()).toBe(0)
    session.receive({ type: 'mcp', payload: { id: 2, result: { tools } } })
    await settle()
    expect(readied()).toBe(1)
    detect('reboot')
    expect(mind.last.input.tools?.map(({ name }) => name)).toEqual(['self.lamp'])
    expect(session.tools().map(({ name, userOnly }) => [name, userOnly])).toEqual([
      ['self.reboot', true],
      ['self.lamp', false],
    ])
    const called = session.callTool({ name: 'self.reboot', arguments: {} }, {})
    session.receive({ type: 'mcp', payload: { id: 3, result: { content: [{ type: 'text', text: 'true' }] } } })
    expect(await called).toEqual({ text: 'true', failed: false })
  })
})

test('a device is asked once how it is, when it can tell', async () => {
  const { link, session, statuses, hello } = sessionScene()
  hello({ mcp: true })
  session.receive({ type: 'mcp', payload: { id: 1, result: {} } })
  await settle()
  session.receive({ type: 'mcp', payload: { id: 2, result: { tools: [{ name: 'self.get_device_status' }] } } })
  await settle()
  const report = { audio_speaker: { volume: 55 }, battery: { level: 88, charging: true } }
  const content = [{ type: 'text', text: JSON.stringify(report) }]
  session.receive({ type: 'mcp', payload: { id: 3, result: { content } } })
  await settle()
  expect(statuses).toMatchObject([{ volumePercent: 55, batteryPercent: 88, charging: true }])
  const asked = link.messages.flatMap((message) => (message.type === 'mcp' ? [message.payload] : []))
  expect(asked.map(({ method, id }) => [method, id])).toEqual([
    ['initialize', 1],
    ['notifications/initialized', undefined],
    ['tools/list', 2],
    ['tools/call', 3],
  ])
  expect(asked[0]).toMatchObject({
    params: { capabilities: { vision: { url: 'http://hub/mcp/vision/explain', token: `for ${link.sessionId}` } } },
  })
  expect(asked[2]).toMatchObject({ params: { cursor: '', withUserTools: true } })
})

test.each([
  ['not JSON', undefined],
  ['[]', undefined],
  ['{}', {}],
  ['{"battery":{"level":"full"},"screen":{"brightness":50}}', { brightnessPercent: 50 }],
  [
    '{"network":{"type":"wifi","ssid":"home","signal":"strong"}}',
    { network: { kind: 'wifi', name: 'home', signal: 'strong' } },
  ],
  [
    '{"network":{"type":"cellular","carrier":"CMCC"},"chip":{"temperature":41.5}}',
    { network: { kind: 'cellular', name: 'CMCC' }, chipTemperatureC: 41.5 },
  ],
])('the report %s', (text, expected) => {
  const at = new Date()
  expect(readStatusReport(text, at)).toEqual(expected && { ...expected, at: at.toISOString() })
})

describe('on and off', () => {
  const tool = (name: string, description = '', properties: object = {}) => ({
    name,
    description,
    inputSchema: { type: 'object', properties },
    userOnly: false,
  })
  const lamp = [tool('self.lamp.turn_on'), tool('self.lamp.turn_off'), tool('self.audio_speaker.set_volume')]
  const fan = tool('self.fan.set_power', 'The fan', { on: { type: 'boolean' } })
  const thing = [tool('Lamp_TurnOn', 'Lamp: on'), tool('Lamp_TurnOff', 'Lamp: off')]

  test.each([
    ['the only thing', lamp, 'turn_on', undefined, { name: 'self.lamp.turn_on', arguments: {} }],
    ['a thing by name', [...lamp, fan], 'turn_off', 'lamp', { name: 'self.lamp.turn_off', arguments: {} }],
    [
      'a thing with a setter',
      [...lamp, fan],
      'turn_off',
      'fan',
      { name: 'self.fan.set_power', arguments: { on: false } },
    ],
    ['an older thing', thing, 'turn_on', 'lamp', { name: 'Lamp_TurnOn', arguments: {} }],
    ['no such thing', lamp, 'turn_on', 'heater', undefined],
    ['which of two', [...lamp, ...thing], 'turn_on', undefined, undefined],
    ['nothing', [], 'turn_on', undefined, undefined],
  ] as const)('%s', (_what, tools, action, target, expected) => {
    expect(findSwitch(tools, action, target)).toEqual(expected)
  })
})
