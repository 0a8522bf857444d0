import type { OpenedObject } from '../object-store.ts'

const prefix = 'x-oss-meta-'

type Headers = Record<string, string | string[] | undefined>

/** Headers are ASCII, what is said in them is not. */
export function encodeMetadata(metadata: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [prefix + name, encodeURIComponent(value)]))
}

/** What OSS says of an object when it gives it, or a part of it. */
export function readHeaders(headers: Headers): Omit<OpenedObject, 'key' | 'body'> {
  const text = (name: string) => String(headers[name] ?? '')
  const part = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(text('content-range'))
  return {
    size: Number(part?.[3] ?? text('content-length')),
    contentType: text('content-type'),
    etag: text('etag'),
    lastModified: new Date(text('last-modified')),
    metadata: decodeMetadata(headers),
    range: part ? { start: Number(part[1]), end: Number(part[2]) } : undefined,
  }
}

function decodeMetadata(headers: Headers): Record<string, string> {
  const own = Object.entries(headers).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), decode(String(value))]))
}

/** Objects that others stored may have a `%` that means nothing. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
