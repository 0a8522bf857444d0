import { describe, expect, test } from 'vitest'
import { mcpNotification, mcpRequest, readCallResult, readMcpReply, readToolsPage } from './mcp.ts'

const volume = {
  name: 'self.audio_speaker.set_volume',
  description: 'Sets the volume',
  inputSchema: { type: 'object', properties: { volume: { type: 'integer', minimum: 0, maximum: 100 } } },
}
const offered = { ...volume, userOnly: false }

describe('what is sent', () => {
  test('is JSON-RPC with a number for an id and an object for parameters', () => {
    const request = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }
    expect(mcpRequest(1, 'tools/list')).toEqual(request)
    expect(mcpRequest(2, 'tools/list', { cursor: 'a' })).toEqual({ ...request, id: 2, params: { cursor: 'a' } })
  })

  test('has no id when nobody answers it', () => {
    const notification = { jsonrpc: '2.0', method: 'notifications/initialized' }
    expect(mcpNotification('notifications/initialized')).toEqual(notification)
  })
})

describe('a reply', () => {
  test.each<[string, Record<string, unknown>, object]>([
    ['with a result', { jsonrpc: '2.0', id: 7, result: { tools: [] } }, { id: 7, result: { tools: [] } }],
    ['without anything', { id: 1 }, { id: 1 }],
    [
      'with an error without a code',
      { id: 2, error: { message: 'Unknown tool' } },
      { id: 2, error: { message: 'Unknown tool' } },
    ],
    [
      'with an error with a code',
      { id: 3, error: { code: -32_601, message: 'no' } },
      { id: 3, error: { message: 'no' } },
    ],
    ['with a result that is none', { id: 5, result: null }, { id: 5, result: undefined }],
    ['with a text for an error', { id: 6, error: 'no' }, { id: 6, error: { message: 'no' } }],
    ['with an error without a message', { id: 4, error: {} }, { id: 4, error: { message: 'the tool failed' } }],
  ])('%s', (_what, payload, reply) => {
    expect(readMcpReply(payload)).toEqual(reply)
  })

  test.each<[string, Record<string, unknown>]>([
    ['a notification', { jsonrpc: '2.0', method: 'notifications/state', params: {} }],
    ['one with a text for an id', { id: '7', result: {} }],
    ['one with a fraction for an id', { id: 1.5, result: {} }],
    ['nothing', {}],
  ])('is not %s', (_what, payload) => {
    expect(readMcpReply(payload)).toBeUndefined()
  })
})

describe('a page of tools', () => {
  test('says where the next one begins', () => {
    expect(readToolsPage({ tools: [volume], nextCursor: 'self.lamp' })).toEqual({
      tools: [offered],
      nextCursor: 'self.lamp',
    })
  })

  test.each([undefined, '', null, 5])('is the last one when the cursor is %j', (nextCursor) => {
    expect(readToolsPage({ tools: [volume], nextCursor })).toEqual({ tools: [offered], nextCursor: undefined })
  })

  test('says which tools are for people only', () => {
    const reboot = { ...volume, name: 'self.reboot', annotations: { audience: ['user'] } }
    const shared = { ...volume, name: 'self.shared', annotations: { audience: ['user', 'assistant'] } }
    const { tools } = readToolsPage({ tools: [reboot, volume, shared] })
    expect(tools.filter(({ userOnly }) => userOnly).map(({ name }) => name)).toEqual(['self.reboot'])
    expect(tools).toHaveLength(3)
  })

  test('leaves out what is no tool and keeps the rest', () => {
    const malformed = [null, 'text', {}, { name: '' }, { name: 'x'.repeat(129) }, { name: 5 }]
    expect(readToolsPage({ tools: [...malformed, volume, []] }).tools).toEqual([offered])
  })

  test('fills in what a tool does not say', () => {
    const bare = {
      name: 'self.blink',
      description: '',
      inputSchema: { type: 'object', properties: {} },
      userOnly: false,
    }
    expect(readToolsPage({ tools: [{ name: 'self.blink' }] }).tools).toEqual([bare])
    const odd = { name: 'self.blink', description: 5, inputSchema: 'none', annotations: 'user' }
    expect(readToolsPage({ tools: [odd] }).tools).toEqual([bare])
  })

  test.each<[Record<string, unknown>]>([[{}], [{ tools: null }], [{ tools: 'many' }]])('is empty for %j', (result) => {
    expect(readToolsPage(result)).toEqual({ tools: [] })
  })
})

describe('the result of a call', () => {
  test.each<[string, Record<string, unknown>, { text: string; failed: boolean }]>([
    ['a text', { content: [{ type: 'text', text: 'true' }], isError: false }, { text: 'true', failed: false }],
    [
      'a failure',
      { content: [{ type: 'text', text: 'no camera' }], isError: true },
      { text: 'no camera', failed: true },
    ],
    [
      'two texts',
      {
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      { text: 'a\nb', failed: false },
    ],
    ['an image', { content: [{ type: 'image', image: '{}' }], isError: false }, { text: '[image]', failed: false }],
    ['nothing', {}, { text: '', failed: false }],
    ['something else', { content: 'true', isError: 'no' }, { text: '', failed: false }],
  ])('%s', (_what, result, read) => {
    expect(readCallResult(result)).toEqual(read)
  })
})
