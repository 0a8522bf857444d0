import { WebSocket } from 'ws'

export type IdleDevice = {
  socket: WebSocket
  /** Its hello was answered, and its tools were asked for. */
  settled: Promise<void>
  /** The connection is gone. */
  gone: Promise<void>
}

/** The server said that it has no room at the moment, and when to come back. */
export class TurnedAway extends Error {
  override readonly name = 'TurnedAway'
  readonly retryAfterMs: number
  constructor(retryAfterS: number) {
    super(`come back in ${retryAfterS} s`)
    this.retryAfterMs = retryAfterS * 1_000
  }
}

const tools = Array.from({ length: 8 }, (_, index) => ({
  name: `self.thing_${index}.set_level`,
  description: 'Sets the level of one of the things of this device, from 0 to 100.',
  inputSchema: {
    type: 'object',
    properties: { level: { type: 'integer', minimum: 0, maximum: 100 } },
    required: ['level'],
  },
}))

export function toMac(series: number, index: number): string {
  const bytes = [0x02, 0x00, series, index >> 16, (index >> 8) & 0xff, index & 0xff]
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':')
}

/**
 * A device that has said hello and has eight tools, and then does nothing.
 * @throws TurnedAway, or whatever else keeps it from connecting
 */
export function connectIdle(url: string, deviceId: string): Promise<IdleDevice> {
  const headers = { 'Device-Id': deviceId, 'Client-Id': deviceId, 'Protocol-Version': '1' }
  const socket = new WebSocket(url, { headers, perMessageDeflate: false, skipUTF8Validation: true })
  const send = (message: object) => socket.send(JSON.stringify(message))
  const { promise: settled, resolve } = Promise.withResolvers<void>()
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>()
  socket.on('message', (data) => {
    const { type, payload } = JSON.parse((data as Buffer).toString()) as {
      type: string
      payload?: { id?: number; method: string }
    }
    if (type !== 'mcp' || payload?.id === undefined) return
    const result = payload.method === 'tools/list' ? { tools } : { capabilities: { tools: {} } }
    send({ type: 'mcp', payload: { jsonrpc: '2.0', id: payload.id, result } })
    if (payload.method === 'tools/list') resolve()
  })
  socket.on('close', () => leave())
  return new Promise((opened, reject) => {
    socket.on('error', reject)
    socket.on('unexpected-response', (request, response) => {
      request.destroy()
      reject(new TurnedAway(Number(response.headers['retry-after'] ?? 1)))
    })
    socket.on('open', () => {
      const audio = { format: 'opus', sample_rate: 16_000, channels: 1, frame_duration: 60 }
      send({ type: 'hello', version: 1, features: { mcp: true }, transport: 'websocket', audio_params: audio })
      opened({ socket, settled, gone })
    })
  })
}
