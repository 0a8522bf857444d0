import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import { toProblemBody, type Problem } from '@parley/contracts'

/** Answers an upgrade that is refused with its problem, and closes the connection whatever the client does. */
export function refuseUpgrade(socket: Duplex, problem: Problem): void {
  const body = JSON.stringify(toProblemBody(problem))
  const head = [
    `HTTP/1.1 ${problem.status} Refused`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(problem.retryAfterS === undefined ? [] : [`Retry-After: ${problem.retryAfterS}`]),
    'Connection: close',
  ]
  // A client that does not close its side must not keep ours.
  socket.once('finish', () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** A WebSocket as the package `ws` has it. */
type PingedSocket = Pick<EventEmitter, 'on' | 'once'> & { ping: () => void; terminate: () => void }

/** Finds a connection whose other side vanished without a word: nothing came since the last ping. */
export function keepAlive(client: PingedSocket, everyMs: number): void {
  let alive = true
  client.on('pong', () => (alive = true))
  client.on('message', () => (alive = true))
  const timer = setInterval(() => {
    if (!alive) return client.terminate()
    alive = false
    client.ping()
  }, everyMs)
  client.once('close', () => clearInterval(timer))
}
