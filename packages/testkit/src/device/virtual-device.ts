import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { decodeFrame, encodeFrame, type FrameVersion } from '@parley/device-protocol'
import { WebSocket } from 'ws'
import { createEventLog, type EventLog } from './event-log.ts'

/** A message from the server, as it came: `at` on the monotonic clock. */
export type DeviceMessage = { kind: 'message'; at: number; type: string; body: Record<string, unknown> }
/** One Opus packet from the server. */
export type DeviceAudio = { kind: 'audio'; at: number; packet: Uint8Array; timestampMs: number }
export type DeviceClose = { kind: 'close'; at: number; code: number; reason: string }
export type DeviceEvent = DeviceMessage | DeviceAudio | DeviceClose

export type VirtualDeviceSettings = {
  /** `ws://host:port/xiaozhi/v1/` */
  url: string
  deviceId: string
  clientId?: string
  token?: string
  /** How audio is framed, said by the `Protocol-Version` header; bare packets when left out. */
  frameVersion?: FrameVersion
  /** Tools that it offers over MCP; without them it says that it has none. */
  tools?: Record<string, VirtualTool>
  /** Milliseconds per frame that it sends. */
  frameMs?: number
  /** Say hello by oneself when false is given. */
  hello?: boolean
  localAddress?: string
}

export type VirtualTool = {
  description: string
  inputSchema?: Record<string, unknown>
  run: (given: Record<string, unknown>) => string
}

/** A device of the xiaozhi firmware, as far as a server can tell. */
export type VirtualDevice = AsyncDisposable & {
  readonly sessionId: string
  readonly log: EventLog<DeviceEvent>
  send: (message: Record<string, unknown>) => void
  sendText: (text: string) => void
  /** Sends one Opus packet in the connection's framing. */
  sendAudio: (packet: Uint8Array) => void
  sendBinary: (bytes: Uint8Array) => void
  message: (
    type: string,
    fields?: Record<string, unknown>,
    options?: { from?: number; timeoutMs?: number },
  ) => Promise<DeviceMessage>
  audio: (options?: { from?: number; timeoutMs?: number }) => Promise<DeviceAudio>
  closed: (timeoutMs?: number) => Promise<DeviceClose>
  /** How many events there are by now: the place to look from for what comes next. */
  readonly position: number
  readonly open: boolean
}

/**
 * Connects and says hello.
 * @throws Error with the HTTP status and body when the server refuses the upgrade.
 */
export async function connectDevice(settings: VirtualDeviceSettings): Promise<VirtualDevice> {
  const { frameVersion = 1, tools, frameMs = 60 } = settings
  const socket = await openSocket(settings)
  const log = createEventLog<DeviceEvent>(describe)
  let sessionId = ''

  const send = (message: Record<string, unknown>) => socket.send(JSON.stringify({ session_id: sessionId, ...message }))

  socket.on('message', (data, isBinary) => {
    const at = performance.now()
    const bytes = data as Buffer
    if (isBinary) {
      const frame = decodeFrame(frameVersion, bytes)
      if (frame) log.add({ kind: 'audio', at, ...frame })
      return
    }
    const body = JSON.parse(bytes.toString()) as Record<string, unknown>
    if (body['type'] === 'hello') sessionId = String(body['session_id'])
    log.add({ kind: 'message', at, type: String(body['type']), body })
    if (body['type'] === 'mcp' && tools) answerMcp(tools, body['payload'] as Record<string, unknown>, send)
  })
  socket.on('close', (code, reason) => {
    log.add({ kind: 'close', at: performance.now(), code, reason: reason.toString() })
    log.end(`the connection was closed (${code} ${reason.toString()})`)
  })
  socket.on('error', () => undefined)

  const device: VirtualDevice = {
    get sessionId() {
      return sessionId
    },
    log,
    send,
    sendText: (text) => socket.send(text),
    sendAudio: (packet) => socket.send(encodeFrame(frameVersion, packet)),
    sendBinary: (bytes) => socket.send(bytes),
    message: (type, fields = {}, options = {}) =>
      log.find(
        (event) =>
          event.kind === 'message' &&
          event.type === type &&
          Object.entries(fields).every(([name, value]) => event.body[name] === value),
        { ...options, what: `${type} ${JSON.stringify(fields)}` },
      ) as Promise<DeviceMessage>,
    audio: (options = {}) =>
      log.find((event) => event.kind === 'audio', { ...options, what: 'audio' }) as Promise<DeviceAudio>,
    closed: (timeoutMs = 5_000) =>
      log.find((event) => event.kind === 'close', { timeoutMs, what: 'the close' }) as Promise<DeviceClose>,
    get position() {
      return log.events.length
    },
    get open() {
      return socket.readyState === socket.OPEN
    },
    [Symbol.asyncDispose]: async () => {
      if (socket.readyState === socket.CLOSED) return
      const closed = once(socket, 'close')
      socket.terminate()
      await closed
    },
  }

  if (settings.hello !== false) {
    send({
      type: 'hello',
      version: frameVersion,
      features: { mcp: tools !== undefined },
      transport: 'websocket',
      audio_params: { format: 'opus', sample_rate: 16_000, channels: 1, frame_duration: frameMs },
    })
    await device.message('hello')
  }
  return device
}

function openSocket(settings: VirtualDeviceSettings): Promise<WebSocket> {
  const { url, deviceId, clientId, token, frameVersion = 1, localAddress } = settings
  const headers: Record<string, string> = { 'Device-Id': deviceId, 'Protocol-Version': String(frameVersion) }
  if (clientId) headers['Client-Id'] = clientId
  if (token) headers['Authorization'] = `Bearer ${token}`
  const socket = new WebSocket(url, { headers, perMessageDeflate: false, ...(localAddress && { localAddress }) })
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket))
    socket.once('error', reject)
    socket.once('unexpected-response', (request, response) => {
      let body = ''
      response.on('data', (chunk) => (body += String(chunk)))
      response.on('end', () => {
        request.destroy()
        reject(new UpgradeRefused(response.statusCode ?? 0, body, response.headers))
      })
    })
  })
}

/** The server answered the upgrade with something else. */
export class UpgradeRefused extends Error {
  override readonly name = 'UpgradeRefused'
  readonly status: number
  readonly body: string
  readonly headers: IncomingHttpHeaders
  constructor(status: number, body: string, headers: IncomingHttpHeaders) {
    super(`The server refused the connection: ${status} ${body}`)
    this.status = status
    this.body = body
    this.headers = headers
  }
}

function answerMcp(
  tools: Record<string, VirtualTool>,
  request: Record<string, unknown>,
  send: (message: Record<string, unknown>) => void,
) {
  const { id, method, params } = request as { id?: number; method: string; params?: Record<string, unknown> }
  if (id === undefined) return
  const reply = (body: object) => send({ type: 'mcp', payload: { jsonrpc: '2.0', id, ...body } })
  if (method === 'initialize') {
    return reply({
      result: {
        protocolVersion: '2024-11-05',
        capabilities: { tools: {} },
        serverInfo: { name: 'virtual', version: '1' },
      },
    })
  }
  if (method === 'tools/list') {
    const list = Object.entries(tools).map(([name, { description, inputSchema }]) => ({
      name,
      description,
      inputSchema: inputSchema ?? { type: 'object', properties: {} },
    }))
    return reply({ result: { tools: list } })
  }
  const tool = tools[String(params?.['name'])]
  if (method !== 'tools/call' || !tool)
    return reply({ error: { message: `Unknown tool: ${String(params?.['name'])}` } })
  try {
    const text = tool.run((params?.['arguments'] ?? {}) as Record<string, unknown>)
    reply({ result: { content: [{ type: 'text', text }], isError: false } })
  } catch (error) {
    reply({ error: { message: error instanceof Error ? error.message : String(error) } })
  }
}

function describe(event: DeviceEvent): string {
  if (event.kind === 'audio') return 'audio'
  if (event.kind === 'close') return `close ${event.code}`
  const { state, text } = event.body
  return [event.type, state, text].filter(Boolean).join(' ')
}
