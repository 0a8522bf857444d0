import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRequestLog, type RequestLog } from '../request-log.ts'
import { createAnswer } from './answer.ts'
import type { Credentials } from './authorize.ts'
import { createBucket, type FakeObject } from './bucket.ts'
import { readOssRequest } from './oss-request.ts'
import type { OssFakeRequest } from './record.ts'
import type { OssFakeSettings } from './script.ts'
import { openWire } from './wire.ts'

/** One bucket of Aliyun OSS on loopback, in memory. It checks every signature, of version 1 and 4, and every digest. */
export type OssFake = AsyncDisposable &
  Credentials &
  Pick<RequestLog<OssFakeRequest>, 'requests' | 'find'> & {
    /** `http://127.0.0.1:<port>`: the bucket is in the path, or in the `Host` header. */
    readonly endpoint: string
    /** `http://localhost:<port>`: a host name bound to the bucket, as a CDN's is. */
    readonly publicHost: string
    readonly bucket: string
    readonly objects: ReadonlyMap<string, FakeObject>
    /** Puts an object there as somebody else would have. */
    put: (key: string, bytes: Buffer) => void
  }

const cname = 'localhost'

export async function startOssFake(settings: OssFakeSettings = {}): Promise<OssFake> {
  const {
    port = 0,
    bucket = 'my-bucket',
    region = 'cn-hangzhou',
    accessKeyId = 'testid',
    accessKeySecret = 'testsecret',
    mostBytes = 256 * 1024 * 1024,
    script = {},
    now = () => new Date(),
  } = settings
  const credentials = { accessKeyId, accessKeySecret, region }
  const store = createBucket(now)
  const log = createRequestLog<OssFakeRequest>(
    ({ operation, outcome, status }) => `${operation} ${status ?? ''} ${outcome}`,
  )
  const answer = createAnswer({ credentials, bucket: store, mostBytes, script, now, changed: log.changed })
  const server = createServer((message, response) => {
    const record: OssFakeRequest = {
      method: message.method ?? '',
      operation: 'unknown',
      key: '',
      signing: undefined,
      status: undefined,
      outcome: 'open',
    }
    log.add(record)
    const wire = openWire(message, response, record, log.changed)
    void Promise.resolve()
      .then(() => answer(readOssRequest(message, { bucket, cnames: [cname] }), record, wire))
      .then((result) => result && wire.send(result), wire.refuse)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const { port: actual } = server.address() as AddressInfo

  return {
    ...credentials,
    endpoint: `http://127.0.0.1:${actual}`,
    publicHost: `http://${cname}:${actual}`,
    bucket,
    objects: store.objects,
    put: (key, bytes) => void store.put(key, { bytes, contentType: 'application/octet-stream', metadata: {} }),
    requests: log.requests,
    find: log.find,
    [Symbol.asyncDispose]: async () => {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
