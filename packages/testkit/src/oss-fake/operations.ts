import { createHash } from 'node:crypto'
import type { Bucket, FakeObject } from './bucket.ts'
import { readByteRange } from './byte-range.ts'
import { notImplemented, OssError } from './oss-error.ts'
import type { OssRequest } from './oss-request.ts'
import type { Operation } from './script.ts'
import { escapeXml, unescapeXml } from './xml.ts'

export type Answer = { status: number; headers?: Record<string, string>; body?: Buffer | string }

export type Call = { request: OssRequest; bucket: Bucket; readBody: () => Promise<Buffer> }

const longestKeyBytes = 1_023
const mostListed = 1_000
const mostDeleted = 1_000

export const operations: Record<Operation, (call: Call) => Promise<Answer> | Answer> = {
  put: putObject,
  get: getObject,
  head: headObject,
  delete: ({ request, bucket }) => {
    bucket.delete(request.key)
    return { status: 204 }
  },
  list: listObjects,
  'delete-many': deleteObjects,
  unknown: ({ request }) => {
    throw notImplemented(`${request.method} with ${Object.keys(request.query).join(', ') || 'this address'}`)
  },
}

const signingNames = ['OSSAccessKeyId', 'Expires', 'Signature', 'security-token']
const listNames = ['list-type', 'prefix', 'max-keys', 'continuation-token', 'start-after']

/** A query that this server would have to ignore makes an operation unknown. */
export function operationOf({ method, key, query }: OssRequest): Operation {
  const names = Object.keys(query).filter((name) => !signingNames.includes(name) && !name.startsWith('x-oss-'))
  if (key) {
    if (names.length > 0) return 'unknown'
    return ({ PUT: 'put', GET: 'get', HEAD: 'head', DELETE: 'delete' } as const)[method] ?? 'unknown'
  }
  if (method === 'GET' && query['list-type'] === '2' && names.every((name) => listNames.includes(name))) return 'list'
  return method === 'POST' && names.join() === 'delete' ? 'delete-many' : 'unknown'
}

async function putObject({ request, bucket, readBody }: Call): Promise<Answer> {
  const { key, headers } = request
  if (Buffer.byteLength(key) > longestKeyBytes || /^[/\\]/.test(key)) {
    throw new OssError(400, 'InvalidObjectName', 'The specified object is not valid.')
  }
  if (headers['content-length'] === undefined && headers['transfer-encoding'] !== 'chunked') {
    throw new OssError(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.')
  }
  const bytes = await readBody()
  const md5 = checkMd5(bytes, headers['content-md5'])
  const metadata = Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-oss-meta-')))
  const contentType = headers['content-type'] ?? 'application/octet-stream'
  const { etag } = bucket.put(key, { bytes, contentType, metadata })
  return { status: 200, headers: { etag, 'content-md5': md5 } }
}

function getObject({ request, bucket }: Call): Answer {
  const object = bucket.read(request.key)
  const { range, 'x-oss-range-behavior': behavior } = request.headers
  const part = readByteRange(range, object.bytes.length, behavior === 'standard')
  if (!part) return { status: 200, headers: describe(object), body: object.bytes }
  const { start, end } = part
  const headers = { ...describe(object), 'content-range': `bytes ${start}-${end}/${object.bytes.length}` }
  return { status: 206, headers, body: object.bytes.subarray(start, end + 1) }
}

function headObject({ request, bucket }: Call): Answer {
  const object = bucket.read(request.key)
  return { status: 200, headers: { ...describe(object), 'content-length': String(object.bytes.length) } }
}

function describe({ contentType, metadata, etag, lastModified }: FakeObject): Record<string, string> {
  return {
    'content-type': contentType,
    etag,
    'last-modified': lastModified.toUTCString(),
    'accept-ranges': 'bytes',
    'x-oss-object-type': 'Normal',
    'x-oss-storage-class': 'Standard',
    ...metadata,
  }
}

/** ListObjectsV2. */
function listObjects({ request, bucket }: Call): Answer {
  const {
    prefix = '',
    'max-keys': most = '100',
    'start-after': after = '',
    'continuation-token': token,
  } = request.query
  const mostKeys = Number(most)
  if (!(Number.isInteger(mostKeys) && mostKeys >= 1 && mostKeys <= mostListed)) {
    throw new OssError(400, 'InvalidArgument', 'max-keys has to be from 1 to 1000.', { ArgumentName: 'max-keys' })
  }
  const start = token === undefined ? after : Buffer.from(token, 'base64').toString()
  const { entries, next } = bucket.list({ prefix, after: start, most: mostKeys })
  const contents = entries.map(([key, { etag, bytes, lastModified }]) =>
    element('Contents', {
      Key: key,
      LastModified: lastModified.toISOString(),
      ETag: etag,
      Type: 'Normal',
      Size: String(bytes.length),
      StorageClass: 'Standard',
    }),
  )
  const head = { Name: request.bucket, Prefix: prefix, MaxKeys: most, KeyCount: String(entries.length) }
  const rest = {
    IsTruncated: String(next !== undefined),
    ...(next !== undefined && { NextContinuationToken: Buffer.from(next).toString('base64') }),
  }
  return xml(`<ListBucketResult>${elements(head)}${contents.join('')}${elements(rest)}</ListBucketResult>`)
}

/** DeleteMultipleObjects. */
async function deleteObjects({ request, bucket, readBody }: Call): Promise<Answer> {
  const { 'content-md5': md5 } = request.headers
  if (md5 === undefined) {
    throw new OssError(400, 'MissingArgument', 'Missing Some Required Arguments.', { ArgumentName: 'Content-MD5' })
  }
  const bytes = await readBody()
  checkMd5(bytes, md5)
  const text = bytes.toString()
  const keys = [...text.matchAll(/<Object>\s*<Key>([^<]+)<\/Key>\s*<\/Object>/g)].map(([, key = '']) =>
    unescapeXml(key),
  )
  if (!/<Delete>[\s\S]*<\/Delete>\s*$/.test(text) || keys.length === 0 || keys.length > mostDeleted) {
    throw new OssError(400, 'MalformedXML', 'The XML you provided was not well-formed.')
  }
  for (const key of keys) bucket.delete(key)
  if (/<Quiet>\s*true\s*<\/Quiet>/.test(text)) return { status: 200, headers: { 'content-length': '0' } }
  return xml(`<DeleteResult>${keys.map((key) => element('Deleted', { Key: key })).join('')}</DeleteResult>`)
}

function checkMd5(bytes: Buffer, expected: string | undefined): string {
  const actual = createHash('md5').update(bytes).digest('base64')
  if (expected === undefined || expected === actual) return actual
  throw new OssError(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.', { 'Content-MD5': expected })
}

function xml(content: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n${content}`
  return { status: 200, headers: { 'content-type': 'application/xml' }, body }
}

function element(name: string, fields: Record<string, string>): string {
  return `<${name}>${elements(fields)}</${name}>`
}

function elements(fields: Record<string, string>): string {
  return Object.entries(fields)
    .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
    .join('')
}
