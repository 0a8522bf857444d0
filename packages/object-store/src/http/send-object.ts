import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { ByteRange, ObjectStore } from '../object-store.ts'

export type SendObjectSettings = {
  store: Pick<ObjectStore, 'head' | 'get'>
  request: IncomingMessage
  response: ServerResponse
  /** Beside what HTTP needs to send a file, or parts of it. */
  headers: Record<string, string>
  signal?: AbortSignal
}

/** `bytes` is how far into the object the last byte lies that was sent; 0 where the client had it already. */
export type SentObject = { size: number; bytes: number }

/**
 * Sends a stored object, or the range of it that was asked for, with its length, its ETag and its date (RFC 9110). Undefined,
 * with nothing sent, when there is no such object.
 */
export async function sendObject(key: string, settings: SendObjectSettings): Promise<SentObject | undefined> {
  const { store, request, response, headers, signal } = settings
  const options = signal ? { signal } : {}
  const about = await store.head(key, options)
  if (!about) return undefined
  const range = readRange(request, about)
  const { size, etag } = about
  const unchanged = !range && request.headers['if-none-match'] === etag
  setHeaders(response, {
    'Content-Type': about.contentType,
    ...headers,
    'Accept-Ranges': 'bytes',
    'Last-Modified': about.lastModified.toUTCString(),
    ETag: etag,
  })
  if (unchanged || request.method === 'HEAD') {
    response.writeHead(unchanged ? 304 : 200, unchanged ? {} : { 'Content-Length': String(size) }).end()
    return { size, bytes: 0 }
  }
  const found = await store.get(key, { ...options, ...(range && { range }) })
  if (!found) return undefined
  const part = found.range
  response.statusCode = part ? 206 : 200
  response.setHeader('Content-Length', String(part ? part.end - part.start + 1 : size))
  if (part) response.setHeader('Content-Range', `bytes ${part.start}-${part.end}/${size}`)
  await pipeline(found.body, response, options)
  return { size, bytes: (part?.end ?? size - 1) + 1 }
}

function setHeaders(response: ServerResponse, headers: Record<string, string>) {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}

/**
 * One range of bytes; several at once, other units, what is beyond the end, and one of an object that is another one by now are
 * ignored, as HTTP allows (RFC 9110, 14.2).
 */
function readRange(
  { headers }: IncomingMessage,
  { size, etag }: { size: number; etag: string },
): ByteRange | undefined {
  if (headers['if-range'] !== undefined && headers['if-range'] !== etag) return undefined
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '') ?? []
  if (first === '') return Number(last) > 0 ? { last: Number(last) } : undefined
  const [start, end] = [Number(first), last === '' ? undefined : Number(last)]
  if (start >= size || (end ?? start) < start) return undefined
  return { start, ...(end !== undefined && { end }) }
}
