import { encodeFrame, encodeServerMessage, type FrameVersion } from '@parley/device-protocol'
import type { WebSocket } from 'ws'
import type { Link } from '../domain/ports.ts'

/** Audio is left out above this many unsent bytes: about ten seconds that the network does not take. */
const mostUnsentAudioBytes = 32 * 1024
/** A socket that takes nothing at all is given up. */
const mostUnsentBytes = 1024 * 1024
/** Devices do not echo a close: the connection is ended by us. */
const closeGraceMs = 500

/** The stream below the WebSocket. */
type Transport = { cork: () => void; uncork: () => void }

/**
 * A link over a WebSocket of the xiaozhi protocol. What is said in one breath is written to the network at once: a write
 * costs more than all that comes before it.
 */
export function createWebSocketLink(
  socket: WebSocket,
  transport: Transport,
  sessionId: string,
  version: FrameVersion,
): Link {
  const open = () => socket.readyState === socket.OPEN
  let corked = false

  function inOneWrite() {
    if (corked) return
    corked = true
    transport.cork()
    process.nextTick(() => {
      corked = false
      transport.uncork()
    })
  }

  return {
    sessionId,
    send: (message) => {
      if (!open()) return
      if (socket.bufferedAmount > mostUnsentBytes) return socket.terminate()
      inOneWrite()
      socket.send(encodeServerMessage(message, sessionId))
    },
    sendAudio: (packet, timestampMs) => {
      if (!open() || socket.bufferedAmount > mostUnsentAudioBytes) return
      inOneWrite()
      socket.send(encodeFrame(version, packet, timestampMs))
    },
    close: (code, reason) => {
      if (open()) socket.close(code, reason)
      setTimeout(() => socket.terminate(), closeGraceMs).unref()
    },
  }
}
