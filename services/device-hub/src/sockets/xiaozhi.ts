import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { Problem, toProblem } from '@parley/contracts'
import {
  decodeFrame,
  readClientMessage,
  readFrameVersion,
  readIdentity,
  type ClientIdentity,
} from '@parley/device-protocol'
import { keepAlive, refuseUpgrade, type Logger } from '@parley/service-kit'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import type { Link } from '../domain/ports.ts'
import type { ConnectedDevice, Session } from '../domain/session.ts'
import type { AcceptLimit } from './accept-limit.ts'
import { createWebSocketLink } from './websocket-link.ts'

const path = /^\/xiaozhi\/v1\/?$/
/** Audio frames are a few hundred bytes, messages a few thousand. */
const mostMessageBytes = 64 * 1024
const pingEveryMs = 30_000

export type XiaozhiSettings = {
  server: Server
  log: Logger
  maxConnections: number
  acceptLimit: AcceptLimit
  /** Gives the device, or throws the Problem that the client is told instead of an upgrade. */
  authorise: (identity: ClientIdentity) => Promise<ConnectedDevice>
  /** Opens the session of a connected device. */
  open: (device: ConnectedDevice, link: Link) => Session
  newId: () => string
}

/** `refuse` turns new connections away; disposing cuts those that are left. */
export type XiaozhiSockets = { refuse: () => void } & Disposable

/** The WebSocket edge of devices: checks who comes, reads frames and messages, and hands them to the session. */
export function serveXiaozhi(settings: XiaozhiSettings): XiaozhiSockets {
  const { server, log, maxConnections, acceptLimit, authorise, open, newId } = settings
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: mostMessageBytes })
  let refusing = false

  async function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
    socket.on('error', () => socket.destroy())
    try {
      const url = new URL(request.url ?? '/', 'http://device')
      if (!path.test(url.pathname)) throw new Problem('not-found', 'Devices connect at /xiaozhi/v1/')
      checkRoom()
      acceptLimit.take()
      const identity = readIdentity(request.headers, url.searchParams)
      const device = await authorise(identity)
      // Others came, or the end began, meanwhile.
      checkRoom()
      sockets.handleUpgrade(request, socket, head, (client) => onConnected(client, socket, device, identity))
    } catch (error) {
      refuseUpgrade(socket, toProblem(error))
      log.info({ error }, 'a connection was refused')
    }
  }

  function checkRoom() {
    if (refusing) throw new Problem('unavailable', 'This instance is going away; connect again')
    if (sockets.clients.size >= maxConnections) throw new Problem('overloaded', 'Too many devices are connected')
  }

  function onConnected(client: WebSocket, transport: Duplex, device: ConnectedDevice, identity: ClientIdentity) {
    const version = readFrameVersion(identity.protocolVersion)
    const sessionId = newId()
    const link = createWebSocketLink(client, transport, sessionId, version)
    const session = open(device, link)
    keepAlive(client, pingEveryMs)

    client.on('message', (data, isBinary) => {
      if (!isBinary) return onText(data, link, session)
      const bytes = toBytes(data)
      // A recorder's end, in every framing.
      if (bytes.length === 0) return
      const frame = decodeFrame(version, bytes)
      if (frame) session.receiveAudio(frame.packet)
      else link.send({ type: 'error', code: 'bad-request', message: 'the audio frame is shorter than its header says' })
    })
    client.on('close', () => session.close('device'))
    client.on('error', (error) => log.info({ error, deviceId: device.deviceId }, 'a connection failed'))
  }

  function onText(data: RawData, link: Link, session: Session) {
    const read = readClientMessage(toBytes(data).toString('utf8'))
    if (read.ok) return session.receive(read.message)
    if (!read.ignorable) link.send({ type: 'error', code: 'bad-request', message: read.what })
  }

  const onUpgradeEvent = (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    void onUpgrade(request, socket, head)
  server.on('upgrade', onUpgradeEvent)

  return {
    refuse: () => {
      refusing = true
    },
    [Symbol.dispose]: () => {
      server.off('upgrade', onUpgradeEvent)
      for (const client of sockets.clients) client.terminate()
    },
  }
}

function toBytes(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}
