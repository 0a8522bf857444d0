import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'

/** What a lamp server was asked, over all its connections. */
export type Lamp = {
  on: boolean
  readonly calls: string[]
  /** Of each call of `wait`: that it was called off. */
  readonly waiting: Promise<void>[]
}

export function createLamp(): Lamp {
  return { on: false, calls: [], waiting: [] }
}

/** A tool server as the SDK makes one: a lamp that is turned on and off, and tools that misbehave. One for each connection. */
export function createLampServer(lamp: Lamp, name = 'lamp'): McpServer {
  const server = new McpServer({ name, version: '1.2.3' }, { capabilities: { tools: { listChanged: true } } })
  const say = (text: string, isError = false) => ({ content: [{ type: 'text' as const, text }], isError })
  const turn = (on: boolean) => () => {
    lamp.calls.push(on ? 'turn_on' : 'turn_off')
    lamp.on = on
    return say(`The lamp is ${on ? 'on' : 'off'}`)
  }
  server.registerTool('turn_on', { description: 'Turns the lamp on' }, turn(true))
  server.registerTool(
    'turn_off',
    { description: 'Turns the lamp off', annotations: { idempotentHint: true } },
    turn(false),
  )
  const inputSchema = { percent: z.number().int().min(1).max(100) }
  server.registerTool('dim', { description: 'Dims the lamp', inputSchema }, ({ percent }) => {
    lamp.calls.push(`dim ${percent}`)
    return { content: [], structuredContent: { percent } }
  })
  server.registerTool('burn', { description: 'Fails' }, () => say('It is too hot', true))
  server.registerTool('wait', { description: 'Never ends by itself' }, async (extra) => {
    lamp.calls.push('wait')
    const aborted = new Promise<void>((resolve) => extra.signal.addEventListener('abort', () => resolve()))
    lamp.waiting.push(aborted)
    await aborted
    return say('It was called off')
  })
  return server
}
