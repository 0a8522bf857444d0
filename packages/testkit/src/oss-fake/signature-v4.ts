import { createHash, createHmac } from 'node:crypto'
import type { OssRequest } from './oss-request.ts'

export type ScopeV4 = {
  /** `20250601T123045Z` */
  timestamp: string
  /** `cn-hangzhou` */
  region: string
  /** In lower case, without those that are always signed. */
  additionalHeaders?: string[]
}

export type SignatureV4 = { canonicalRequest: string; stringToSign: string; signature: string }

/** Signature version 4, HMAC-SHA256. The signature itself, when it is part of the query, is left out. */
export function signV4(
  secret: string,
  request: OssRequest,
  { timestamp, region, additionalHeaders = [] }: ScopeV4,
): SignatureV4 {
  const canonicalRequest = canonical(request, additionalHeaders)
  const day = timestamp.slice(0, 8)
  const hash = createHash('sha256').update(canonicalRequest).digest('hex')
  const stringToSign = ['OSS4-HMAC-SHA256', timestamp, `${day}/${region}/oss/aliyun_v4_request`, hash].join('\n')
  const key = [day, region, 'oss', 'aliyun_v4_request'].reduce<string | Buffer>(hmac, `aliyun_v4${secret}`)
  return { canonicalRequest, stringToSign, signature: hmac(key, stringToSign).toString('hex') }
}

function canonical({ method, bucket, key, query, headers }: OssRequest, additionalHeaders: string[]): string {
  const parameters = Object.entries(query)
    .filter(([name]) => name !== 'x-oss-signature')
    .map(([name, value]) => (value ? `${encode(name)}=${encode(value)}` : encode(name)))
    .sort()
  const names = Object.keys(headers).filter(
    (name) =>
      name === 'content-type' ||
      name === 'content-md5' ||
      name.startsWith('x-oss-') ||
      additionalHeaders.includes(name),
  )
  return [
    method,
    encode(`/${bucket}/${key}`).replaceAll('%2F', '/'),
    parameters.join('&'),
    names
      .sort()
      .map((name) => `${name}:${headers[name]?.trim()}\n`)
      .join(''),
    additionalHeaders.join(';'),
    headers['x-oss-content-sha256'] ?? 'UNSIGNED-PAYLOAD',
  ].join('\n')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
