import { gunzipSync, gzipSync } from 'node:zlib'

/** The messages of Volcengine's speech services: a header of 4 bytes, optional fields, a payload; all big-endian. */
export const messageTypes = { clientRequest: 0x1, clientAudio: 0x2, serverResponse: 0x9, serverAudio: 0xb, error: 0xf }
/** Which optional fields there are. */
export const flags = { none: 0, sequence: 1, last: 2, lastSequence: 3, event: 4 }

/** What a session says; `conn…` are about the connection and have no session id. */
export const events = {
  startConnection: 1,
  finishConnection: 2,
  connectionStarted: 50,
  connectionFailed: 51,
  connectionFinished: 52,
  startSession: 100,
  cancelSession: 101,
  finishSession: 102,
  sessionStarted: 150,
  sessionCanceled: 151,
  sessionFinished: 152,
  sessionFailed: 153,
  taskRequest: 200,
  ttsResponse: 352,
} as const

const withoutSession = new Set<number>([1, 2, 50, 51, 52])
const withConnection = new Set<number>([50, 51, 52])

export type HuoshanFrame = {
  type: number
  flags: number
  /** Whether the payload is JSON; else it is raw. */
  json: boolean
  gzip: boolean
  errorCode?: number | undefined
  sequence?: number | undefined
  event?: number | undefined
  sessionId?: string | undefined
  connectId?: string | undefined
  payload: Uint8Array
}

/** A frame as bytes; the payload is given as it is and compressed here when `gzip` says so. */
export function encodeFrame(frame: Omit<HuoshanFrame, 'errorCode' | 'connectId'>): Uint8Array {
  const { type, sequence, event, sessionId } = frame
  const payload = frame.gzip ? gzipSync(frame.payload) : frame.payload
  const parts: Uint8Array[] = [
    Uint8Array.of(0x11, (type << 4) | frame.flags, (frame.json ? 0x10 : 0) | (frame.gzip ? 1 : 0), 0),
  ]
  if (frame.flags === flags.sequence || frame.flags === flags.lastSequence) parts.push(int32(sequence ?? 0))
  if (frame.flags === flags.event && event !== undefined) {
    parts.push(int32(event))
    if (!withoutSession.has(event)) parts.push(...sized(Buffer.from(sessionId ?? '')))
  }
  return Buffer.concat([...parts, ...sized(payload)])
}

/** @throws Error for what is no frame */
export function decodeFrame(bytes: Uint8Array): HuoshanFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [first = 0, second = 0, third = 0] = bytes
  if (first >> 4 !== 1 || bytes.length < 4) throw new Error('This is no frame of version 1')
  let at = (first & 0xf) * 4
  const frame: HuoshanFrame = {
    type: second >> 4,
    flags: second & 0xf,
    json: third >> 4 === 1,
    gzip: (third & 0xf) === 1,
    payload: new Uint8Array(0),
  }
  const take = () => {
    const value = view.getInt32(at)
    at += 4
    return value
  }
  const takeSized = () => {
    const size = view.getUint32(at)
    at += 4
    if (at + size > bytes.length) throw new Error('A frame is shorter than it says')
    at += size
    return bytes.subarray(at - size, at)
  }

  if (frame.type === messageTypes.error) frame.errorCode = take() >>> 0
  else if (frame.flags === flags.sequence || frame.flags === flags.lastSequence) frame.sequence = take()
  if (frame.flags === flags.event) {
    const event = take()
    frame.event = event
    // Of a failed connection older servers send only the error.
    const onlyError = event === events.connectionFailed && view.getUint32(at) === bytes.length - at - 4
    if (withConnection.has(event) && !onlyError) frame.connectId = Buffer.from(takeSized()).toString()
    else if (!withoutSession.has(event)) frame.sessionId = Buffer.from(takeSized()).toString()
  }
  // What acknowledges something may have no payload at all.
  const payload = at < bytes.length ? takeSized() : new Uint8Array(0)
  frame.payload = frame.gzip && payload.length > 0 ? gunzipSync(payload) : payload
  return frame
}

function int32(value: number): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function sized(bytes: Uint8Array): Uint8Array[] {
  return [int32(bytes.length), bytes]
}
