import type { IncomingMessage } from 'node:http'
import { Problem, toDeviceId, type AppUpdate, type Person } from '@parley/contracts'
import { readIdentity, readTalkMessage } from '@parley/device-protocol'
import { keepAlive, type Logger } from '@parley/service-kit'
import { WebSocketServer, type WebSocket } from 'ws'
import { createBucket } from '../domain/bucket.ts'
import type { Talk, TalkAnswer } from '../domain/talk.ts'
import type { Upgrade, UpgradeRoute } from './upgrades.ts'

/** A token in the header, or in the path for clients that cannot set one. */
const path = /^\/ws\/device(?:\/token\/([^/]+))?\/?$/
/** A picture in Base64. */
const mostMessageBytes = 8 * 1024 * 1024
/** What is passed on to others has to fit on the bus. */
const mostPassedBytes = 64 * 1024
const mostWaitingBytes = 8 * 1024 * 1024
const pingEveryMs = 25_000
const [messagesPerSecond, messagesAtOnce] = [50, 100]

export type CompanionSettings = {
  log: Logger
  maxConnections: number
  newId: () => string
  now: () => number
  /** Whose token it is, and until when it is good. @throws Problem `unauthorized` */
  verify: (token: string) => Promise<{ person: Person; expiresAt: Date }>
  /** Hears what the user's group is told, until the result is called; undefined when the group is full. */
  join: (userId: string, hear: (update: AppUpdate) => void) => (() => void) | undefined
  /** Tells the user's group. */
  tell: (userId: string, update: AppUpdate) => void
  /** Notes that a device was just there. */
  noteSeen: (deviceId: string) => void
  /** A conversation on a device of this person's. */
  talk: (person: Person, deviceId: string, send: (answer: TalkAnswer) => void) => Talk
}

export type CompanionSockets = UpgradeRoute & {
  /** Closes whoever came with this session. */
  revoke: (sessionId: string) => void
  /** Turns new ones away and asks those that are here to connect again. */
  close: () => void
} & Disposable

type Companion = { client: WebSocket; person: Person }

/**
 * The companions of a user's devices: apps and devices that are no xiaozhi firmware. What one of them says goes to all the others of
 * the same user (the group `device_{user_id}` of older installs); `text`, `audio` and `image` are answered here.
 */
export function serveCompanions(settings: CompanionSettings): CompanionSockets {
  const { log, maxConnections, newId, now, verify, join, tell, noteSeen, talk } = settings
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: mostMessageBytes })
  const companions = new Set<Companion>()
  let closing = false

  async function accept({ request, socket, head, url }: Upgrade) {
    checkRoom()
    const token = path.exec(url.pathname)?.[1] ?? readIdentity(request.headers, url.searchParams).token
    if (token === undefined) throw new Problem('unauthorized', 'Log in first: send "Authorization: Bearer <token>"')
    const { person, expiresAt } = await verify(decodeURIComponent(token))
    if (!person.scopes.includes('devices')) throw new Problem('forbidden', 'This token may not do this ("devices")')
    checkRoom()
    const deviceId = whichDevice(request, url)
    sockets.handleUpgrade(request, socket, head, (client) => onConnected(client, person, expiresAt, deviceId))
  }

  function checkRoom() {
    if (closing) throw new Problem('unavailable', 'This instance is going away; connect again')
    if (sockets.clients.size >= maxConnections) throw new Problem('overloaded', 'Too many companions are connected')
  }

  function onConnected(client: WebSocket, person: Person, expiresAt: Date, deviceId: string | undefined) {
    const { userId } = person
    const id = newId()
    const bucket = createBucket(messagesPerSecond, messagesAtOnce, now)
    const companion: Companion = { client, person }
    let conversation: Talk | undefined

    const send = (message: object) => {
      if (client.readyState !== client.OPEN) return
      if (client.bufferedAmount > mostWaitingBytes) return client.close(1013, 'you take too long to read')
      client.send(JSON.stringify(message))
    }
    const refuse = (code: string, message: string) => send({ type: 'error', code, message })
    const leave = join(userId, (update) => {
      if (update.type === 'device-message') {
        if (update.from !== id) send(update.payload)
      } else if (update.type.startsWith('conversation_')) send(update)
    })
    if (!leave) return client.close(4429, 'too many apps of yours are connected')
    companions.add(companion)
    keepAlive(client, pingEveryMs)
    const expiry = setTimeout(() => client.close(4501, 'the token is not valid any more'), msUntil(expiresAt))

    function onMessage(text: string) {
      if (!bucket.take()) return client.close(1008, 'too many messages')
      if (deviceId !== undefined) noteSeen(deviceId)
      const message = parseObject(text)
      if (!message) return refuse('bad-request', 'the message is not a JSON object')
      if (message['type'] === 'ping') return send({ type: 'pong' })
      const said = readTalkMessage(message)
      if (said && 'wrong' in said) return refuse('bad-request', said.wrong)
      if (!said) {
        if (text.length > mostPassedBytes) return refuse('too-large', `messages have ${mostPassedBytes} bytes at most`)
        const from = { from: id, ...(deviceId !== undefined && { deviceId }) }
        return tell(userId, { type: 'device-message', ...from, payload: message })
      }
      if (deviceId === undefined) return refuse('bad-request', 'say which device this is: ?mac_address=…')
      conversation ??= talk(person, deviceId, send)
      conversation.receive(said)
    }

    client.on('message', (data, isBinary) => {
      if (isBinary) return refuse('bad-request', 'messages are JSON')
      onMessage((data as Buffer).toString('utf8'))
    })
    client.on('error', (error) => log.info({ error }, 'a companion’s connection failed'))
    client.on('close', () => {
      clearTimeout(expiry)
      companions.delete(companion)
      conversation?.close()
      leave()
    })
    if (deviceId !== undefined) noteSeen(deviceId)
  }

  return {
    path,
    accept,
    revoke: (sessionId) => {
      for (const { client, person } of companions)
        if (person.sessionId === sessionId) client.close(4501, 'the token is not valid any more')
    },
    close: () => {
      closing = true
      for (const { client } of companions) client.close(1012, 'this instance restarts: connect again')
    },
    [Symbol.dispose]: () => {
      for (const client of sockets.clients) client.terminate()
    },
  }
}

/** @throws Problem `bad-request` for what is no MAC address */
function whichDevice(request: IncomingMessage, url: URL): string | undefined {
  const given = readIdentity(request.headers, url.searchParams).deviceId ?? url.searchParams.get('mac_address')
  if (given === null || given === undefined) return undefined
  const deviceId = toDeviceId(given)
  if (deviceId === undefined) throw new Problem('bad-request', 'The device is named by its MAC address')
  return deviceId
}

/** A timer takes no more than this. */
const longestMs = 2 ** 31 - 1

function msUntil(at: Date): number {
  return Math.max(0, Math.min(at.getTime() - Date.now(), longestMs))
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
