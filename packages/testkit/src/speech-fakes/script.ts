import type { WebSocket } from 'ws'
import type { RequestLog } from '../request-log.ts'

/**
 * What a fake does. `denied` and `busy` are said in the vendor's own words after the connection stands, a status is the answer to
 * the upgrade or the request.
 */
export type SpeechFakeScript = {
  /** What is understood of speech; silence is never understood. */
  text?: string
  /** How much sound an answer has. */
  durationMs?: number
  /** Before the first answer: words, or sound. */
  firstMs?: number
  fault?: 'silent' | 'denied' | 'busy' | 'out-of-order' | { status: number }
  /** The connection is cut after so much sound, heard or made. */
  cutAfterMs?: number
}

/** What a fake saw. `refused` says what was wrong with it, if anything was. */
export type SpeechFakeRequest = {
  kind: 'recognition' | 'synthesis' | 'token' | 'task'
  refused?: string
  /** How much speech came. */
  heardMs: number
  /** What was to be said. */
  said?: string
  closed: boolean
}

/** Notes in the log when a client has gone. */
export function noteClose(client: WebSocket, request: SpeechFakeRequest, log: RequestLog<SpeechFakeRequest>): void {
  client.on('close', () => {
    request.closed = true
    log.changed()
  })
}

const audible = 100

/** Speech as it comes, 16-bit at 16 kHz. */
export function createHeard() {
  let sum = 0
  let count = 0
  return {
    take: (bytes: Uint8Array) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      for (let at = 0; at + 2 <= bytes.byteLength; at += 2, count++) sum += view.getInt16(at, true) ** 2
    },
    get ms() {
      return count / 16
    },
    get isSpeech() {
      return count > 0 && Math.sqrt(sum / count) > audible
    },
  }
}
