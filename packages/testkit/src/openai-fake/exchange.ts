import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApiError } from './api-error.ts'
import type { FakeRequest } from './record.ts'

/** One request with its answer. Waiting, one wait at a time, ends early, with false, when the client has gone. */
export type Exchange = {
  readonly request: IncomingMessage
  readonly record: FakeRequest
  /** Everything the client sent. @throws ApiError 413 above `mostBytes`. */
  readBody: (mostBytes: number) => Promise<Buffer>
  /** Until a moment of the monotonic clock; at once when that is past. */
  waitUntil: (at: number) => Promise<boolean>
  /** Until the client goes. */
  waitForever: () => Promise<false>
  head: (status: number, headers: Record<string, string>) => void
  write: (chunk: string | Buffer) => void
  end: (chunk?: string | Buffer) => void
  json: (status: number, body: unknown, headers?: Record<string, string>) => void
  /** Cuts the connection behind what was written. */
  break: () => void
  /** Runs once, when the exchange is over, however it ends. */
  onClose: (run: () => void) => void
}

/** A timer this close to its moment has reached it: the next one would be later by more. */
const earlyMs = 0.5

export function openExchange(
  request: IncomingMessage,
  response: ServerResponse,
  record: FakeRequest,
  changed: () => void,
): Exchange {
  let over = false
  let stopWaiting: (() => void) | undefined
  let onClose: (() => void) | undefined

  response.once('close', () => {
    over = true
    record.endedAt = performance.now()
    if (record.outcome === 'open') record.outcome = response.writableFinished ? 'completed' : 'aborted'
    stopWaiting?.()
    onClose?.()
    changed()
  })

  const begin = () => {
    record.firstByteAt ??= performance.now()
  }

  const exchange: Exchange = {
    request,
    record,
    readBody: (mostBytes) => readAll(request, mostBytes),
    waitUntil: (at) =>
      new Promise((resolve) => {
        let timer: NodeJS.Timeout | undefined
        const look = () => {
          const leftMs = at - performance.now()
          if (over || leftMs < earlyMs) return resolve(!over)
          timer = setTimeout(look, leftMs)
        }
        stopWaiting = () => {
          clearTimeout(timer)
          resolve(false)
        }
        look()
      }),
    waitForever: () =>
      new Promise((resolve) => {
        stopWaiting = () => resolve(false)
        if (over) resolve(false)
      }),
    head: (status, headers) => {
      record.status = status
      response.writeHead(status, { 'x-request-id': `req_${requestId()}`, 'openai-version': '2020-10-01', ...headers })
    },
    write: (chunk) => {
      begin()
      if (!over) response.write(chunk)
    },
    end: (chunk) => {
      begin()
      response.end(chunk)
    },
    json: (status, body, headers = {}) => {
      const text = JSON.stringify(body)
      exchange.head(status, {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(text)),
        ...headers,
      })
      exchange.end(text)
    },
    break: () => {
      record.outcome = 'broken'
      response.socket?.destroySoon()
    },
    onClose: (run) => {
      onClose = run
      if (over) run()
    },
  }
  return exchange
}

let count = 0
function requestId(): string {
  return (++count).toString(16).padStart(32, '0')
}

function readAll(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > mostBytes)
        reject(new ApiError(413, `Maximum content size limit (${mostBytes}) exceeded (${length} bytes read)`))
      else chunks.push(chunk)
    })
    request.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
    request.once('error', reject)
  })
}
