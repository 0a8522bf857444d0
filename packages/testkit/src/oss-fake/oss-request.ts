import type { IncomingHttpHeaders } from 'node:http'
import { OssError } from './oss-error.ts'

/** A request by what OSS looks at, decoded. */
export type OssRequest = {
  method: string
  bucket: string
  /** Empty when the bucket itself is meant. */
  key: string
  /** A name without a value is an empty text: OSS does not tell `?delete` from `?delete=`. */
  query: Record<string, string>
  /** By names in lower case. */
  headers: Record<string, string>
}

export type Addressing = {
  bucket: string
  /** Names of hosts, without a port, that are bound to the bucket. */
  cnames: string[]
}

/**
 * Finds bucket and key: behind a bound host name (`/key`), in the path (`/bucket/key`), or with the bucket as the first
 * part of the host name (`bucket.oss-cn-hangzhou.aliyuncs.com/key`).
 * @throws OssError 404 for another bucket, 400 for a path that cannot be decoded.
 */
export function readOssRequest(
  { method = 'GET', url = '/', headers }: { method?: string; url?: string; headers: IncomingHttpHeaders },
  { bucket, cnames }: Addressing,
): OssRequest {
  const [rawPath = '/', rawQuery = ''] = url.split(/\?(.*)/s)
  const path = decode(rawPath)
  const host = (headers.host ?? '').replace(/:\d+$/, '')
  return {
    method,
    bucket,
    key: findKey(path, host, { bucket, cnames }),
    query: readQuery(rawQuery),
    headers: flat(headers),
  }
}

function findKey(path: string, host: string, { bucket, cnames }: Addressing): string {
  if (cnames.includes(host)) return path.slice(1)
  if (path === `/${bucket}`) return ''
  if (path.startsWith(`/${bucket}/`)) return path.slice(bucket.length + 2)
  if (host.startsWith(`${bucket}.`)) return path.slice(1)
  throw new OssError(404, 'NoSuchBucket', 'The specified bucket does not exist.')
}

function readQuery(text: string): Record<string, string> {
  const pairs = text.split('&').filter(Boolean)
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      return [decode(name.replaceAll('+', ' ')), decode(value.replaceAll('+', ' '))]
    }),
  )
}

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]))
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new OssError(400, 'InvalidURI', 'The URI cannot be parsed.')
  }
}
