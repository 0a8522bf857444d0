import { Problem } from '@parley/contracts'
import { PassThrough, pipeline, type Readable } from 'node:stream'
import { toRangeHeader } from '../byte-range.ts'
import { checkExpiry } from '../expiry.ts'
import { readNewObject } from '../new-object.ts'
import { openBody } from '../object-body.ts'
import { createObjectKey, isObjectKey } from '../object-key.ts'
import type { ObjectStore } from '../object-store.ts'
import { wholeSeconds } from '../whole-seconds.ts'
import { createOssClient, createOssSigner, type OssAccess } from './oss-client.ts'
import { encodeMetadata, readHeaders } from './oss-headers.ts'
import { isNoSuchKey, toOssProblem } from './oss-problem.ts'
import { requestContext } from './request-context.ts'
import { sweepOss } from './sweep-oss.ts'
import { createTransport } from './transport.ts'
import { upload } from './upload.ts'

export type OssStoreSettings = OssAccess & {
  /** The folder in the bucket that keys are under, without slashes at its ends. */
  baseDir: string
  /** How long a request may stand still, in either direction. */
  timeoutMs: number
}

/** Objects in a bucket of Aliyun OSS, over ali-oss. Nothing is asked of OSS until the first call. */
export function openOssStore(
  { baseDir, timeoutMs, ...access }: OssStoreSettings,
  { now = () => new Date() }: { now?: () => Date } = {},
): ObjectStore {
  const transport = createTransport({ timeoutMs })
  const client = createOssClient(access, transport)
  const signer = createOssSigner(access)
  const nameOf = (key: string) => `${baseDir}/${key}`

  return {
    put: async (object, { signal } = {}) => {
      using body = openBody(object.body)
      const { retention, name, contentType, metadata, maxBytes } = readNewObject(object)
      const key = createObjectKey({ retention, name }, now())
      const written = await upload(client, nameOf(key), body.read({ maxBytes, idleTimeoutMs: timeoutMs, signal }), {
        mime: contentType,
        headers: encodeMetadata(metadata),
        small: object.body instanceof Uint8Array,
        ...requestContext(signal),
        signal,
      })
      return { key, ...written, contentType, metadata, lastModified: wholeSeconds(now()) }
    },
    get: async (key, { range, signal } = {}) => {
      const headers = range && { Range: toRangeHeader(range), 'x-oss-range-behavior': 'standard' }
      const answer = await ask(key, signal, () => client.getStream(nameOf(key), { headers, ...requestContext(signal) }))
      if (!answer) return undefined
      const { stream, res } = answer as { stream: Readable; res: { headers: Record<string, string> } }
      return { key, ...readHeaders(res.headers), body: withProblems(stream, signal) }
    },
    head: async (key, { signal } = {}) => {
      const answer = await ask(key, signal, () => client.head(nameOf(key), requestContext(signal)))
      if (!answer) return undefined
      const { range: _, ...stored } = readHeaders(answer.res.headers as Record<string, string>)
      return { key, ...stored }
    },
    delete: async (key, { signal } = {}) =>
      void (await ask(key, signal, () => client.delete(nameOf(key), requestContext(signal)))),
    signUrl: async (key, { expiresInS }) => {
      if (!isObjectKey(key)) throw new Problem('not-found', 'There is no such object')
      const expires = checkExpiry(expiresInS)
      if (access.region === undefined) return signer.signatureUrl(nameOf(key), { expires })
      return signer.signatureUrlV4('GET', expires, {}, nameOf(key))
    },
    sweep: (sweep) =>
      sweepOss(client, `${nameOf('temporary')}/`, { now: now(), ...sweep }).catch((error: unknown) => {
        throw toOssProblem(error)
      }),
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  }
}

/** Asks OSS for an object; undefined when there is none. @throws Problem, or the signal's reason */
async function ask<T>(key: string, signal: AbortSignal | undefined, request: () => Promise<T>): Promise<T | undefined> {
  signal?.throwIfAborted()
  if (!isObjectKey(key)) return undefined
  try {
    return await request()
  } catch (error) {
    if (isNoSuchKey(error)) return undefined
    throw signal?.aborted ? signal.reason : toOssProblem(error)
  }
}

/** The same bytes; what goes wrong on their way is a Problem, or the signal's reason. */
function withProblems(source: Readable, signal: AbortSignal | undefined): Readable {
  const body = new PassThrough({
    destroy: (error, done) => done(error && (signal?.aborted ? (signal.reason as Error) : toOssProblem(error))),
  })
  pipeline(source, body, () => {})
  return body
}
