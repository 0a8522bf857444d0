import { createHash, createHmac } from 'node:crypto'
import { toCanonicalQuery, type Query } from './canonical-query.ts'

export type UnsignedRequest = {
  method: 'GET' | 'POST'
  path: string
  query: Query
  /** All of them are signed, save those that proxies change. Give `Host`, so that the signature holds for one host only. */
  headers: Record<string, string>
  /** The very text that is sent. */
  body?: string
}

/** An access key; `sessionToken` comes with those that are lent for a while. */
export type AccessKey = { accessKeyId: string; secretKey: string; sessionToken?: string }

/** What is signed for: the region and the product, at a moment. */
export type Scope = { region: string; service: string; date: Date }

const algorithm = 'HMAC-SHA256'
const unsigned = new Set([
  'authorization',
  'content-type',
  'content-length',
  'user-agent',
  'presigned-expires',
  'expect',
])

/**
 * Signs a request for Volcengine's OpenAPI (its signature "V4", as the vendor's own SDK makes it).
 * @returns the headers to send: the given ones with `X-Date`, the digest of the body, the session token and `Authorization`
 */
export function signRequest(
  request: UnsignedRequest,
  { accessKeyId, secretKey, sessionToken }: AccessKey,
  { region, service, date }: Scope,
): Record<string, string> {
  const time = toBasicTime(date)
  const headers = {
    ...request.headers,
    'X-Date': time,
    ...(request.body !== undefined && { 'X-Content-Sha256': sha256(request.body) }),
    ...(sessionToken !== undefined && { 'X-Security-Token': sessionToken }),
  }
  const scope = [time.slice(0, 8), region, service, 'request']
  const { text, signedHeaders } = toCanonicalRequest({ ...request, headers })
  const stringToSign = [algorithm, time, scope.join('/'), sha256(text)].join('\n')
  const signature = hmac(deriveKey(secretKey, scope), stringToSign).toString('hex')
  const credential = [accessKeyId, ...scope].join('/')
  return {
    ...headers,
    Authorization: `${algorithm} Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  }
}

/** A request as one text that both sides can make: six parts, each on its line. */
export function toCanonicalRequest({ method, path, query, headers, body = '' }: UnsignedRequest): {
  text: string
  signedHeaders: string
} {
  const lines = Object.entries(headers)
    .map(([name, value]): [string, string] => [name.toLowerCase(), value.trim().replace(/\s+/g, ' ')])
    .filter(([name]) => !unsigned.has(name))
    .sort(([one], [other]) => (one < other ? -1 : 1))
  const signedHeaders = lines.map(([name]) => name).join(';')
  const block = lines.map(([name, value]) => `${name}:${value}\n`).join('')
  return { text: [method, path, toCanonicalQuery(query), block, signedHeaders, sha256(body)].join('\n'), signedHeaders }
}

/** The key for a scope: each part signs the next, beginning with the secret as it was given. */
export function deriveKey(secretKey: string, scope: string[]): Buffer {
  return scope.reduce<Buffer>(hmac, Buffer.from(secretKey))
}

/** `20250601T123045Z`, in UTC. */
function toBasicTime(date: Date): string {
  return date.toISOString().replace(/\.\d+|[-:]/g, '')
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
