import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { connectDevice, speakPackets } from '@parley/testkit/device'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newDeviceId, startPlatform, type Platform } from '../platform.ts'
import { openApi, signUp } from './api.ts'
import { pushToTalk, sentencesOf, wholeTurn } from './helpers.ts'

const lamp = fileURLToPath(import.meta.resolve('@parley/testkit/mcp-fake/stdio'))
let platform: Platform
let token: string
const stack = new AsyncDisposableStack()
beforeAll(async () => {
  const servers = { lamp: { command: process.execPath, args: [lamp] } }
  platform = stack.use(await startPlatform({ MCP_SERVERS: JSON.stringify(servers) }))
  token = (await signUp(openApi(platform.apiUrl), 'tools')).token ?? ''
})
afterAll(() => stack.disposeAsync())

async function connect(bearer = token, query = ''): Promise<Client & AsyncDisposable> {
  const client = new Client({ name: 'test', version: '1' })
  const requestInit = { headers: { authorization: `Bearer ${bearer}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(`${platform.apiUrl}/mcp${query}`), { requestInit }))
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() })
}

test('"turn on the lamp", said aloud to the offline model, is done by a tool server over stdio', async () => {
  await using device = await connectDevice({ url: platform.websocketUrl, deviceId: newDeviceId() })
  const from = device.position
  pushToTalk(device, await speakPackets('turn on the lamp'))
  expect(sentencesOf(await wholeTurn(device, from))).toEqual(['The light is on.'])
})

describe('an MCP client of the SDK', () => {
  test('finds the tools of the default agent, and calls them', async () => {
    await using client = await connect()
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['lamp_turn_on', 'get_time']))
    expect(await client.callTool({ name: 'lamp_turn_on', arguments: {} })).toMatchObject({
      content: [{ type: 'text', text: 'The lamp is on' }],
      isError: false,
    })
    const failed = await client.callTool({ name: 'lamp_dim', arguments: { percent: 'much' } })
    expect(failed).toMatchObject({ isError: true })
    expect(await client.callTool({ name: 'no_such_tool', arguments: {} })).toMatchObject({ isError: true })
  })

  test('sees of an agent of one’s own what that may use', async () => {
    const api = openApi(platform.apiUrl, token)
    const made = await api.call('POST', '/api/v1/agents', {
      name: 'Careful',
      prompt: 'Be careful.',
      tools: { allow: ['lamp.turn_o*'] },
    })
    await using client = await connect(token, `?agent=${String(made.body['agentId'])}`)
    expect((await client.listTools()).tools.map(({ name }) => name).toSorted()).toEqual([
      'lamp_turn_off',
      'lamp_turn_on',
    ])
    expect(await client.callTool({ name: 'get_time', arguments: {} })).toMatchObject({ isError: true })
  })

  test('that only starts programs comes by the bridge', async () => {
    const bridge = fileURLToPath(import.meta.resolve('@parley/mcp-bridge'))
    const client = new Client({ name: 'test', version: '1' })
    const args = [bridge, '--url', `${platform.apiUrl}/mcp`]
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args, env: { PARLEY_TOKEN: token }, stderr: 'inherit' }),
    )
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('get_time')
    expect(await client.callTool({ name: 'lamp_turn_off', arguments: {} })).toMatchObject({
      content: [{ type: 'text', text: 'The lamp is off' }],
    })
    await client.close()
  })

  test('is refused without a token', async () => {
    await expect(connect('nobody')).rejects.toThrow(/401|unauthorized/i)
  })
})
