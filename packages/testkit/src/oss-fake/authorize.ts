import { timingSafeEqual } from 'node:crypto'
import { accessDenied, OssError } from './oss-error.ts'
import type { OssRequest } from './oss-request.ts'
import { signV1 } from './signature-v1.ts'
import { signV4 } from './signature-v4.ts'

export type Credentials = { accessKeyId: string; accessKeySecret: string; region: string }

/** How a request was signed: by a header or in its URL. */
export type Signing = 'header-v1' | 'header-v4' | 'url-v1' | 'url-v4'

const mostSkewMs = 15 * 60_000
const longestV4S = 7 * 86_400

/**
 * Recomputes the signature from what was really sent.
 * @throws OssError 403 `AccessDenied` (none, or expired), `InvalidAccessKeyId`, `SignatureDoesNotMatch` or
 * `RequestTimeTooSkewed`, 400 when it cannot be read.
 */
export function authorize(request: OssRequest, credentials: Credentials, now: Date): Signing {
  const { headers, query } = request
  const authorization = headers.authorization ?? ''
  const v1 = /^OSS ([^:]+):(\S+)$/.exec(authorization)
  if (v1) return byHeaderV1(request, credentials, now, { id: v1[1] ?? '', signature: v1[2] ?? '' })
  if (authorization.startsWith('OSS4-HMAC-SHA256 ')) return byHeaderV4(request, credentials, now, authorization)
  if (authorization) throw new OssError(400, 'InvalidArgument', 'The Authorization header cannot be read.')
  if (query['x-oss-signature-version'] === 'OSS4-HMAC-SHA256') return byUrlV4(request, credentials, now)
  if (query.Signature) return byUrlV1(request, credentials, now)
  throw accessDenied('You have no right to access this object because of bucket acl.')
}

function byHeaderV1(request: OssRequest, credentials: Credentials, now: Date, given: Given): Signing {
  const date = request.headers['x-oss-date'] ?? request.headers.date ?? ''
  checkClock(Date.parse(date), now)
  compare(given, credentials, signV1(credentials.accessKeySecret, request, date))
  return 'header-v1'
}

function byHeaderV4(request: OssRequest, credentials: Credentials, now: Date, authorization: string): Signing {
  const fields = Object.fromEntries(
    authorization
      .slice('OSS4-HMAC-SHA256 '.length)
      .split(',')
      .map((field) => field.trim().split(/=(.*)/s) as [string, string]),
  )
  if (request.headers['x-oss-content-sha256'] !== 'UNSIGNED-PAYLOAD') {
    throw new OssError(400, 'InvalidArgument', 'x-oss-content-sha256 has to be UNSIGNED-PAYLOAD.')
  }
  const timestamp = request.headers['x-oss-date'] ?? ''
  checkClock(readTimestamp(timestamp), now)
  const id = readCredential(fields.Credential ?? '', timestamp, credentials)
  const scope = { timestamp, region: credentials.region, additionalHeaders: names(fields.AdditionalHeaders) }
  compare({ id, signature: fields.Signature ?? '' }, credentials, signV4(credentials.accessKeySecret, request, scope))
  return 'header-v4'
}

function byUrlV1(request: OssRequest, credentials: Credentials, now: Date): Signing {
  const { OSSAccessKeyId: id = '', Expires: expires = '', Signature: signature = '' } = request.query
  if (!/^\d+$/.test(expires)) throw new OssError(400, 'InvalidArgument', 'Expires has to be a Unix time in seconds.')
  compare({ id, signature }, credentials, signV1(credentials.accessKeySecret, request, expires))
  if (now.getTime() > Number(expires) * 1_000) throw accessDenied('Request has expired.')
  return 'url-v1'
}

function byUrlV4(request: OssRequest, credentials: Credentials, now: Date): Signing {
  const { query } = request
  const timestamp = query['x-oss-date'] ?? ''
  const start = readTimestamp(timestamp)
  const expiresS = Number(query['x-oss-expires'])
  if (!(Number.isInteger(expiresS) && expiresS >= 1 && expiresS <= longestV4S)) {
    throw new OssError(400, 'InvalidArgument', 'x-oss-expires has to be a number of seconds from 1 to 604800.')
  }
  const id = readCredential(query['x-oss-credential'] ?? '', timestamp, credentials)
  const scope = { timestamp, region: credentials.region, additionalHeaders: names(query['x-oss-additional-headers']) }
  const expected = signV4(credentials.accessKeySecret, request, scope)
  compare({ id, signature: query['x-oss-signature'] ?? '' }, credentials, expected)
  if (now.getTime() < start - mostSkewMs) throw accessDenied('Request is not valid yet.')
  if (now.getTime() > start + expiresS * 1_000) throw accessDenied('Request has expired.')
  return 'url-v4'
}

type Given = { id: string; signature: string }

function compare(
  given: Given,
  { accessKeyId }: Credentials,
  expected: { signature: string; stringToSign: string },
): void {
  if (given.id !== accessKeyId) {
    throw new OssError(403, 'InvalidAccessKeyId', 'The OSS Access Key Id you provided does not exist in our records.', {
      OSSAccessKeyId: given.id,
    })
  }
  const [left, right] = [Buffer.from(given.signature), Buffer.from(expected.signature)]
  if (left.length === right.length && timingSafeEqual(left, right)) return
  throw new OssError(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    { OSSAccessKeyId: given.id, SignatureProvided: given.signature, StringToSign: expected.stringToSign },
  )
}

function checkClock(time: number, now: Date): void {
  if (Number.isNaN(time)) throw accessDenied('The request has no valid date.')
  if (Math.abs(time - now.getTime()) <= mostSkewMs) return
  throw new OssError(
    403,
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
  )
}

/** `20250601T123045Z` as milliseconds; NaN when it is something else. */
function readTimestamp(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  return parts ? Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`) : Number.NaN
}

function readCredential(text: string, timestamp: string, { region }: Credentials): string {
  const [id = '', ...scope] = text.split('/')
  if (scope.join('/') === `${timestamp.slice(0, 8)}/${region}/oss/aliyun_v4_request`) return id
  throw new OssError(400, 'InvalidArgument', 'The credential is not of this day, region and product.')
}

function names(text: string | undefined): string[] {
  return text ? text.split(';') : []
}
