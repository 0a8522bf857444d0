import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { JSONRPCMessageSchema, type JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'
import type { WebSocket } from 'ws'

const mostUnsentBytes = 1024 * 1024

/**
 * The protocol over a WebSocket that was dialled by the other side: each message is one text frame of bare JSON-RPC, as tool
 * servers of the xiaozhi ecosystem send it.
 */
export function createSocketTransport(socket: WebSocket): Transport {
  const transport: Transport = {
    start: async () => {
      socket.on('message', (data, binary) => {
        const text = Buffer.isBuffer(data) ? data.toString() : ''
        const read = JSONRPCMessageSchema.safeParse(binary ? undefined : parse(text))
        if (read.success) transport.onmessage?.(read.data)
        else transport.onerror?.(new Error('A message that is no JSON-RPC'))
      })
      socket.on('close', () => transport.onclose?.())
      socket.on('error', (error) => transport.onerror?.(error))
    },
    send: async (message: JSONRPCMessage) => {
      if (socket.readyState !== socket.OPEN) throw new Error('The connection is closed')
      if (socket.bufferedAmount > mostUnsentBytes) throw new Error('The other side does not read')
      socket.send(JSON.stringify(message))
    },
    close: async () => socket.close(1000),
  }
  return transport
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
