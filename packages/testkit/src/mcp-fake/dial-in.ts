import { once } from 'node:events'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js'
import { WebSocket } from 'ws'
import { createLamp, createLampServer, type Lamp } from './lamp.ts'

/** A tool server that has dialled in somewhere, as `mcp_pipe` of the xiaozhi ecosystem does. */
export type DialledIn = AsyncDisposable & {
  readonly lamp: Lamp
  /** Another tool comes, which the other side is told. */
  addTool: (name: string) => void
  readonly closed: Promise<{ code: number }>
}

/** Dials in. @throws Error with the status of a refusal */
export async function dialIn(url: string, { name = 'lamp' }: { name?: string } = {}): Promise<DialledIn> {
  const socket = new WebSocket(url)
  const refused = Promise.withResolvers<never>()
  socket.once('unexpected-response', (_, { statusCode }) => refused.reject(new Error(`refused: ${statusCode}`)))
  socket.once('error', (error) => refused.reject(error))
  const closed = once(socket, 'close').then(([code]) => ({ code: code as number }))
  const lamp = createLamp()
  const server = createLampServer(lamp, name)
  // Before it is open: the other side speaks first, and at once.
  await server.connect(overSocket(socket))
  await Promise.race([once(socket, 'open'), refused.promise])
  return {
    lamp,
    closed,
    addTool: (tool) =>
      void server.registerTool(tool, { description: 'New' }, () => ({ content: [{ type: 'text', text: 'new' }] })),
    [Symbol.asyncDispose]: async () => {
      socket.close()
      await closed
    },
  }
}

function overSocket(socket: WebSocket): Transport {
  const transport: Transport = {
    start: async () => {
      socket.on('message', (data: Buffer) =>
        transport.onmessage?.(JSONRPCMessageSchema.parse(JSON.parse(data.toString()))),
      )
      socket.on('close', () => transport.onclose?.())
    },
    send: async (message) => socket.send(JSON.stringify(message)),
    close: async () => socket.close(),
  }
  return transport
}
