import { chat, mcp, type Person } from '@parley/contracts'
import { callAs, newPerson } from '@parley/test-caller'
import { dialIn } from '@parley/testkit/mcp-fake'
import { WebSocket } from 'ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collect, newDevice, openChat, textOf, type ChatFixture } from './fixture.ts'

let service: ChatFixture
let one: { mcpEndpointPort: number }
let other: { mcpEndpointPort: number }
const stack = new AsyncDisposableStack()
beforeAll(async () => {
  service = stack.use(await openChat())
  one = stack.use(await service.openInstance())
  other = stack.use(await service.openInstance())
})
afterAll(() => stack.disposeAsync())

async function makeAgent(person: Person): Promise<string> {
  return (await callAs(person, () => service.bus.request(chat.createAgent, { name: 'A', prompt: 'Be A.' }))).agentId
}
/** The address as it is at one of the instances. */
async function addressOf(person: Person, agentId: string, at = one): Promise<string> {
  const { url } = await callAs(person, () => service.bus.request(mcp.readAddress, { agentId }))
  expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:8104\/mcp_endpoint\/mcp\/\?token=[\w-]{48}$/)
  return url.replace(':8104', `:${at.mcpEndpointPort}`)
}
const connections = async (person: Person, agentId: string) =>
  (await callAs(person, () => service.bus.request(mcp.listConnections, { agentId }))).connections
const toolsOf = async (person: Person, agentId: string) =>
  (await callAs(person, () => service.bus.request(mcp.listTools, { agentId }))).tools.map(({ name }) => name)

test('a tool server that dials in gives its agent tools, whichever instance has the turn', async () => {
  const person = newPerson()
  const agentId = await makeAgent(person)
  await using lamp = await dialIn(await addressOf(person, agentId))
  await using _second = await dialIn(await addressOf(person, agentId, other))
  await expect.poll(async () => (await connections(person, agentId)).length).toBe(2)
  expect((await connections(person, agentId))[0]).toMatchObject({ name: 'lamp', version: '1.2.3' })
  const tools = await toolsOf(person, agentId)
  expect(tools).toContain('lamp_turn_on')
  expect(tools).toContain('lamp-2_turn_on')

  // Three instances take turns; the socket is at one of them.
  for (let count = 1; count <= 6; count++) {
    const input = { deviceId: newDevice(), ownerId: person.userId, agentId, text: 'turn on the lamp' }
    expect(textOf(await collect(service.reply(input)))).toBe('The light is on.')
  }
  expect(lamp.lamp.calls).toEqual(Array.from({ length: 6 }, () => 'turn_on'))
})

test('tools that come later are there, and those of one that goes are not', async () => {
  const person = newPerson()
  const agentId = await makeAgent(person)
  {
    await using lamp = await dialIn(await addressOf(person, agentId), { name: 'Büro & Küche' })
    await expect.poll(() => toolsOf(person, agentId)).toContain('b-ro-k-che_turn_on')
    lamp.addTool('blink')
    await expect.poll(() => toolsOf(person, agentId)).toContain('b-ro-k-che_blink')
  }
  await expect.poll(async () => (await connections(person, agentId)).length).toBe(0)
  expect((await toolsOf(person, agentId)).filter((name) => name.startsWith('b-ro'))).toEqual([])
})

test('no other agent has them', async () => {
  const person = newPerson()
  const [mine, another] = [await makeAgent(person), await makeAgent(person)]
  await using _lamp = await dialIn(await addressOf(person, mine))
  await expect.poll(() => toolsOf(person, mine)).toContain('lamp_turn_on')
  expect(await toolsOf(person, another)).not.toContain('lamp_turn_on')
})

describe('an address', () => {
  test('is its owner’s alone to know', async () => {
    const agentId = await makeAgent(newPerson())
    const stranger = newPerson()
    for (const ask of [mcp.readAddress, mcp.renewAddress, mcp.listConnections] as const)
      await expect(
        callAs(stranger, (): Promise<unknown> => service.bus.request(ask as typeof mcp.readAddress, { agentId })),
      ).rejects.toMatchObject({ code: 'not-found' })
    const everybodys = '019aa3c0-0000-7000-8000-000000000001'
    await expect(
      callAs(stranger, () => service.bus.request(mcp.readAddress, { agentId: everybodys })),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('is good no more once there is another one, and who is there is sent away', async () => {
    const person = newPerson()
    const agentId = await makeAgent(person)
    const before = await addressOf(person, agentId)
    const lamp = await dialIn(before)
    await expect.poll(async () => (await connections(person, agentId)).length).toBe(1)
    await callAs(person, () => service.bus.request(mcp.renewAddress, { agentId }))
    expect(await lamp.closed).toEqual({ code: 1008 })
    await expect(dialIn(before)).rejects.toThrow('refused: 401')
    await using _again = await dialIn(await addressOf(person, agentId))
  })

  test('that is made up is refused, and so is any other path', async () => {
    const person = newPerson()
    const url = new URL(await addressOf(person, await makeAgent(person)))
    const token = url.searchParams.get('token') ?? ''
    for (const forged of ['', 'x', `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`, token.slice(1)]) {
      url.searchParams.set('token', forged)
      await expect(dialIn(url.href), forged).rejects.toThrow('refused: 401')
    }
    await expect(dialIn(url.href.replace('/mcp/', '/call/'))).rejects.toThrow('refused: 404')
  })

  test('takes eight tool servers', async () => {
    const person = newPerson()
    const url = await addressOf(person, await makeAgent(person))
    await using all = new AsyncDisposableStack()
    for (let count = 1; count <= 8; count++) all.use(await dialIn(url))
    await expect(dialIn(url)).rejects.toThrow('refused: 409')
  })
})

test('one that talks something else, or too much, is sent away', async () => {
  const person = newPerson()
  const url = await addressOf(person, await makeAgent(person))
  const closes = (send: string | Buffer) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(url)
      socket.on('open', () => socket.send(send))
      socket.on('close', (code) => resolve(code))
      socket.on('error', () => undefined)
    })
  expect(await closes('x'.repeat(600_000))).toBe(1009)
  // Nonsense is passed over; a server that refuses the handshake is none.
  const refusing = new WebSocket(url)
  const closed = new Promise<number>((resolve) => refusing.on('close', (code) => resolve(code)))
  refusing.on('message', (data: Buffer) => {
    const { id } = JSON.parse(data.toString()) as { id?: number }
    refusing.send('nonsense')
    refusing.send(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'No such method' } }))
  })
  expect(await closed).toBe(1000)
})

test('an instance that ends sends its tool servers away, to come back elsewhere', async () => {
  const person = newPerson()
  const agentId = await makeAgent(person)
  const ending = await service.openInstance()
  const lamp = await dialIn(await addressOf(person, agentId, ending))
  await expect.poll(async () => (await connections(person, agentId)).length).toBe(1)
  await ending[Symbol.asyncDispose]()
  expect(await lamp.closed).toEqual({ code: 1012 })
  expect(await connections(person, agentId)).toEqual([])
})
