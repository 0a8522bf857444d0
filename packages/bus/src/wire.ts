import { randomUUID } from 'node:crypto'
import { fromProblemBody, Problem, toProblem, toProblemBody } from '@parley/contracts'
import { headers, type Msg, type MsgHdrs } from 'nats'
import { currentContext, makeContext, type WorkContext } from './context.ts'

/** The bus carries messages, not files: larger things go to the object store and their key travels. */
export const maxMessageBytes = 512 * 1024

const header = {
  requestId: 'Parley-Request-Id',
  traceparent: 'traceparent',
  timeoutMs: 'Parley-Timeout-Ms',
  window: 'Parley-Window',
  identity: 'Parley-Identity',
  /** Of an event: the same for everybody who hears it. */
  eventId: 'Parley-Event-Id',
  /** The names of the NATS service framework, so that the `nats` command shows our failures. */
  error: 'Nats-Service-Error',
  errorCode: 'Nats-Service-Error-Code',
}

/** @throws Problem `too-large` above 512 KiB. */
export function encodeJson(value: unknown): Uint8Array {
  return checkSize(Buffer.from(toJson(value)))
}

export function toJson(value: unknown): string {
  return JSON.stringify(value) ?? 'null'
}

export function checkSize(bytes: Uint8Array): Uint8Array {
  checkLength(bytes.length)
  return bytes
}

/** @throws Problem `too-large` above 512 KiB. */
export function checkLength(length: number): number {
  if (length <= maxMessageBytes) return length
  throw new Problem('too-large', `A message of ${length} bytes does not fit the bus (${maxMessageBytes} at most)`)
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
}

/** @throws Problem `bad-request` when the bytes are not JSON. */
export function decodeJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(toText(bytes))
  } catch (cause) {
    throw new Problem('bad-request', 'The message is not JSON', { cause })
  }
}

/** What the other side sent back. @throws Problem `internal` when it is not JSON: that is not the caller's fault. */
export function decodeAnswer(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(toText(bytes))
  } catch (cause) {
    throw new Problem('internal', 'The answer is not JSON', { cause })
  }
}

/** `identity` is a signed token. */
export type CallOptions = { timeoutMs?: number; window?: number; identity?: string }

/** The headers of a call, or undefined when it has nothing to say in them. */
export function encodeCallHeaders({ timeoutMs, window, identity }: CallOptions): MsgHdrs | undefined {
  const context = currentContext()
  if (!context && timeoutMs === undefined && window === undefined && identity === undefined) return undefined
  const result = headers()
  if (context) {
    result.set(header.requestId, context.requestId)
    result.set(header.traceparent, context.traceparent)
  }
  if (timeoutMs !== undefined) result.set(header.timeoutMs, String(timeoutMs))
  if (window !== undefined) result.set(header.window, String(window))
  if (identity !== undefined) result.set(header.identity, identity)
  return result
}

let events = 0
const eventPrefix = randomUUID().slice(0, 18)

/** The headers of an event. Its id is its own; a listener that hears of it twice can tell. */
export function encodeEventHeaders(): MsgHdrs {
  const result = encodeCallHeaders({}) ?? headers()
  result.set(header.eventId, `${eventPrefix}-${++events}`)
  return result
}

/** Empty for an event that nobody of us has sent. */
export function readEventId(message: Msg): string {
  return message.headers?.get(header.eventId) ?? ''
}

export function readContext(message: Msg): WorkContext {
  return makeContext({
    requestId: message.headers?.get(header.requestId),
    traceparent: message.headers?.get(header.traceparent),
  })
}

/** The caller's signed identity, not checked yet. */
export function readIdentityToken(message: Msg): string | undefined {
  return message.headers?.get(header.identity) || undefined
}

export function readTimeoutMs(message: Msg, most: number, otherwise: number): number {
  return readCount(message, header.timeoutMs, most) ?? otherwise
}

export function readWindow(message: Msg, most: number): number {
  return readCount(message, header.window, most) ?? most
}

function readCount(message: Msg, name: string, most: number): number | undefined {
  const value = Number(message.headers?.get(name) || Number.NaN)
  return Number.isInteger(value) && value > 0 ? Math.min(value, most) : undefined
}

/** A failed answer: the problem's body, marked by the headers of the NATS service framework. */
export function encodeProblem(error: unknown): { payload: Uint8Array; headers: MsgHdrs } {
  const problem = toProblem(error)
  const result = headers()
  result.set(header.error, problem.code)
  result.set(header.errorCode, String(problem.status))
  return { payload: encodeJson(toProblemBody(problem, currentContext()?.requestId)), headers: result }
}

/** The problem in an answer, if the answer is one. */
export function readProblem(message: Msg): Problem | undefined {
  if (!message.headers?.get(header.errorCode)) return undefined
  return fromProblemBody(decodeAnswer(message.data))
}

/** What the server sends back when nobody listens on a subject. */
export function saysNoResponders(message: Msg): boolean {
  return message.data.length === 0 && message.headers?.code === 503
}
