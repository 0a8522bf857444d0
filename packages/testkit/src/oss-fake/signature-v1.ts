import { createHmac } from 'node:crypto'
import type { OssRequest } from './oss-request.ts'

/** What of a query is part of the resource that is signed. */
const signedNames = new Set([
  'acl',
  'append',
  'continuation-token',
  'cors',
  'delete',
  'lifecycle',
  'location',
  'logging',
  'objectMeta',
  'partNumber',
  'position',
  'referer',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
  'restore',
  'security-token',
  'stat',
  'symlink',
  'tagging',
  'uploadId',
  'uploads',
  'versionId',
  'versions',
  'website',
  'x-oss-process',
  'x-oss-traffic-limit',
])

/** Signature version 1, HMAC-SHA1. `date` is what stands in the fourth line: a date, or when a signed URL expires. */
export function signV1(secret: string, request: OssRequest, date: string): { stringToSign: string; signature: string } {
  const { method, bucket, key, query, headers } = request
  const ossHeaders = Object.keys(headers)
    .filter((name) => name.startsWith('x-oss-'))
    .sort()
    .map((name) => `${name}:${headers[name]?.trim()}`)
  const parameters = Object.keys(query)
    .filter((name) => signedNames.has(name))
    .sort()
    .map((name) => (query[name] ? `${name}=${query[name]}` : name))
  const resource = `/${bucket}/${key}${parameters.length > 0 ? `?${parameters.join('&')}` : ''}`
  const { 'content-md5': md5 = '', 'content-type': type = '' } = headers
  const stringToSign = [method, md5, type, date, ...ossHeaders, resource].join('\n')
  return { stringToSign, signature: createHmac('sha1', secret).update(stringToSign).digest('base64') }
}
