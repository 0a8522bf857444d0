import type { Duplex } from 'node:stream'
import { Problem } from '@parley/contracts'
import {
  decodeFrame,
  readClientMessage,
  readFrameVersion,
  readIdentity,
  readTalkMessage,
  type ClientIdentity,
} from '@parley/device-protocol'
import type { Logger } from '@parley/service-kit'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import type { Talk, TalkAnswer } from '../domain/talk.ts'
import type { Link } from '../domain/ports.ts'
import type { ConnectedDevice, Session } from '../domain/session-ports.ts'
import type { AcceptLimit } from './accept-limit.ts'
import type { Upgrade, UpgradeRoute } from './upgrades.ts'
import { createWebSocketLink } from './websocket-link.ts'

const path = /^\/xiaozhi\/v1\/?$/
/** Audio frames are a few hundred bytes, messages a few thousand. */
const mostMessageBytes = 64 * 1024
const pingEveryMs = 30_000
/** More than any device says; audio does not count. */
const mostMessagesPerSecond = 200

type Conversation = { receive: (json: Record<string, unknown>) => void; close: () => void }

export type XiaozhiSettings = {
  log: Logger
  maxConnections: number
  acceptLimit: AcceptLimit
  /** Gives the device, or throws the Problem that the client is told instead of an upgrade. */
  authorise: (identity: ClientIdentity) => Promise<ConnectedDevice>
  /** Opens the session of a connected device. */
  open: (device: ConnectedDevice, link: Link) => Session
  newId: () => string
  /** A conversation with a client that is no firmware. */
  talk: (device: ConnectedDevice, send: (answer: TalkAnswer) => void) => Talk
}

/** `refuse` turns new connections away; disposing cuts those that are left. */
export type XiaozhiSockets = UpgradeRoute & { refuse: () => void } & Disposable

/** The WebSocket edge of devices: checks who comes, reads frames and messages, and hands them to the session. */
export function serveXiaozhi(settings: XiaozhiSettings): XiaozhiSockets {
  const { log, maxConnections, acceptLimit, authorise, open, newId, talk } = settings
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: mostMessageBytes })
  let refusing = false
  /** Those who said something since the last ping. */
  const alive = new WeakSet<WebSocket>()
  /** How much each said in this second, audio aside. */
  const said = new Map<WebSocket, number>()
  const timers = [setInterval(findDead, pingEveryMs), setInterval(() => said.clear(), 1_000)]

  /** A connection whose other side vanished without a word: nothing came since the last ping. One timer for all of them. */
  function findDead() {
    for (const client of sockets.clients) {
      if (!alive.delete(client)) client.terminate()
      else client.ping()
    }
  }

  async function accept({ request, socket, head, url }: Upgrade) {
    checkRoom()
    acceptLimit.take()
    const identity = readIdentity(request.headers, url.searchParams)
    const device = await authorise(identity)
    // Others came, or the end began, meanwhile.
    checkRoom()
    sockets.handleUpgrade(request, socket, head, (client) => onConnected(client, socket, device, identity))
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
    const admit = () => {
      const count = (said.get(client) ?? 0) + 1
      said.set(client, count)
      if (count > mostMessagesPerSecond) session.close('abuse')
      return count <= mostMessagesPerSecond
    }
    let conversation: Conversation | undefined
    const onOther = (json: Record<string, unknown>) => (conversation ??= createConversation(device, link)).receive(json)
    alive.add(client)
    const isAlive = () => void alive.add(client)

    client.on('message', (data, isBinary) => {
      isAlive()
      if (!isBinary) return admit() && onText(data, link, session, onOther)
      const bytes = toBytes(data)
      // A recorder's end, in every framing.
      if (bytes.length === 0) return
      const frame = decodeFrame(version, bytes)
      if (frame) session.receiveAudio(frame.packet)
      else link.send({ type: 'error', code: 'bad-request', message: 'the audio frame is shorter than its header says' })
    })
    client.on('ping', admit)
    client.on('pong', isAlive)
    client.on('close', () => {
      conversation?.close()
      session.close('device')
    })
    client.on('error', (error) => log.info({ error, deviceId: device.deviceId }, 'a connection failed'))
  }

  function onText(data: RawData, link: Link, session: Session, onOther: (json: Record<string, unknown>) => void) {
    const read = readClientMessage(toBytes(data).toString('utf8'))
    if (read.ok) return session.receive(read.message)
    if (!read.ignorable) link.send({ type: 'error', code: 'bad-request', message: read.what })
    else onOther(read.json)
  }

  /** For clients that are no firmware: they are known by the first thing that they say in their own way. */
  function createConversation(device: ConnectedDevice, link: Link): Conversation {
    let conversation: Talk | undefined
    const refuse = (message: string) => link.send({ type: 'error', code: 'bad-request', message })
    return {
      receive: (json) => {
        const said = readTalkMessage(json)
        if (!said) return conversation && refuse('Unknown message type')
        conversation ??= talk(device, link.send)
        if ('wrong' in said) return refuse(said.wrong)
        conversation.receive(said)
      },
      close: () => conversation?.close(),
    }
  }

  return {
    path,
    accept,
    refuse: () => {
      refusing = true
    },
    [Symbol.dispose]: () => {
      for (const timer of timers) clearInterval(timer)
      for (const client of sockets.clients) client.terminate()
    },
  }
}

function toBytes(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}
