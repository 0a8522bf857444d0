import { Secret } from '@parley/service-kit'
import { startOssFake, type OssFake, type OssFakeSettings, type OssScript } from '@parley/testkit/oss-fake'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { openOssStore, type OssStoreSettings } from '../src/oss/oss-store.ts'
import { checkObjectStore, type Behind } from './conformance.ts'

const picture = { retention: 'temporary', name: 'a.png', contentType: 'image/png', body: Buffer.from('png') } as const
const baseDir = 'app/media'

type Options = { timeoutMs?: number; fake?: OssFakeSettings; store?: Partial<OssStoreSettings> }

async function open({ timeoutMs = 5_000, ...options }: Options = {}): Promise<Behind & { fake: OssFake }> {
  await using stack = new AsyncDisposableStack()
  let skewMs = 0
  let clock: Date | undefined
  const fake = stack.use(await startOssFake({ ...options.fake, now: () => new Date(Date.now() + skewMs) }))
  const { accessKeyId, accessKeySecret, bucket, endpoint, region, publicHost } = fake
  const access = { accessKeyId, accessKeySecret: new Secret(accessKeySecret), bucket, endpoint, region, publicHost }
  const settings = { ...access, baseDir, timeoutMs, ...options.store }
  const store = stack.use(openOssStore(settings, { now: () => clock ?? new Date() }))
  const owned = stack.move()
  return {
    store,
    fake,
    stored: async () => [...fake.objects.keys()].map((key) => key.replace(`${baseDir}/`, '')).sort(),
    setClock: (now) => {
      clock = now
      // Of the server only the future is asked: requests are signed with the real clock, and it does not take old ones.
      skewMs = Math.min(Math.max(0, now.getTime() - Date.now()), 600_000)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

describe('oss, signatures of version 4', () => {
  checkObjectStore(open)
})
describe('oss, signatures of version 1', () => {
  checkObjectStore((options) => open({ ...options, store: { region: undefined } }))
})

test('objects are under the base directory, with what HTTP needs', async () => {
  await using behind = await open()
  const { key } = await behind.store.put({ ...picture, metadata: { owner: '爱达' } })
  expect([...behind.fake.objects]).toEqual([
    [
      `${baseDir}/${key}`,
      expect.objectContaining({
        contentType: 'image/png',
        metadata: { 'x-oss-meta-owner': encodeURIComponent('爱达') },
      }),
    ],
  ])
  expect(await behind.store.signUrl(key, { expiresInS: 60 })).toMatch(`${behind.fake.publicHost}/${baseDir}/${key}?`)
})

test.each([
  ['header-v4', 'url-v4', 'cn-hangzhou'],
  ['header-v1', 'url-v1', undefined],
])('signs as %s and %s when the region is %s', async (inHeader, inUrl, region) => {
  await using behind = await open({ store: { region } })
  const { key } = await behind.store.put(picture)
  await fetch(await behind.store.signUrl(key, { expiresInS: 60 }))
  expect(behind.fake.requests.map(({ signing }) => signing)).toEqual([inHeader, inUrl])
})

test('without a host of its own, URLs are for the public side of the endpoint', async () => {
  const store = (endpoint: string) => open({ store: { endpoint, publicHost: undefined } })
  const key = 'permanent/20261121/0198a0b0-0000-7000-8000-000000000000.png'
  for (const endpoint of ['https://oss-cn-hangzhou-internal.aliyuncs.com', 'https://oss-cn-hangzhou.aliyuncs.com']) {
    await using behind = await store(endpoint)
    const url = await behind.store.signUrl(key, { expiresInS: 60 })
    expect(url).toMatch(`https://my-bucket.oss-cn-hangzhou.aliyuncs.com/${baseDir}/${key}?`)
  }
})

describe('a vendor that fails', () => {
  test.each([
    [403, 'AccessDenied', 'provider-rejected'],
    [404, 'NoSuchBucket', 'provider-rejected'],
    [429, 'TooManyRequests', 'provider-failed'],
    [500, 'InternalError', 'provider-failed'],
    [503, 'ServiceUnavailable', 'provider-failed'],
  ])('with %d %s is %s', async (status, code, problem) => {
    await using behind = await open({ fake: { script: { error: { status, code } } } })
    const { store } = behind
    const key = 'temporary/20261121/0198a0b0-0000-7000-8000-000000000000.png'
    for (const call of [
      () => store.put(picture),
      () => store.get(key),
      () => store.delete(key),
      () => store.sweep({ olderThanDays: 1 }),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: problem, detail: expect.not.stringContaining(key) })
    }
  })

  test('with a wrong key is provider-rejected', async () => {
    await using behind = await open({ store: { accessKeySecret: new Secret('wrong') } })
    await expect(behind.store.put(picture)).rejects.toMatchObject({ code: 'provider-rejected' })
  })

  test('by being silent is a timeout', async () => {
    await using behind = await open({ timeoutMs: 100, fake: { script: { silent: true } } })
    const streamed = { ...picture, body: new Blob([new Uint8Array(20_000_000)]).stream() as AsyncIterable<Uint8Array> }
    for (const object of [picture, streamed]) {
      await expect(behind.store.put(object)).rejects.toMatchObject({ code: 'timeout' })
    }
    await expect(behind.store.sweep({ olderThanDays: 1 })).rejects.toMatchObject({ code: 'timeout' })
  })

  test('by cutting the connection is provider-failed', async () => {
    await using behind = await open({ fake: { script: { cut: 'before' } } })
    await expect(behind.store.put(picture)).rejects.toMatchObject({ code: 'provider-failed' })
    expect(await behind.stored()).toEqual([])
  })

  test('by losing its answer leaves no object that nobody knows', async () => {
    const script: OssScript = ({ operation }) => (operation === 'put' ? { cut: 'after' } : {})
    await using behind = await open({ fake: { script } })
    for (const body of [picture.body, new Blob(['png']).stream() as AsyncIterable<Uint8Array>]) {
      await expect(behind.store.put({ ...picture, body })).rejects.toMatchObject({ code: 'provider-failed' })
    }
    expect(behind.fake.requests.map(({ operation }) => operation)).toEqual(['put', 'delete', 'put', 'delete'])
    expect(await behind.stored()).toEqual([])
  })

  test('by not being there is provider-failed', async () => {
    const behind = await open()
    await behind.fake[Symbol.asyncDispose]()
    await expect(behind.store.put(picture)).rejects.toMatchObject({ code: 'provider-failed' })
    await behind[Symbol.asyncDispose]()
  })

  test('in the middle of an object fails its body', async () => {
    await using behind = await open({
      fake: { script: ({ operation }) => (operation === 'get' ? { cutAfterBytes: 1 } : {}) },
    })
    const { key } = await behind.store.put(picture)
    const object = await behind.store.get(key)
    await expect(buffer(object?.body as never)).rejects.toMatchObject({ code: 'provider-failed' })
  })

  test('for lack of room takes less than this', async () => {
    await using behind = await open({ fake: { mostBytes: 2 } })
    await expect(behind.store.put(picture)).rejects.toMatchObject({ code: 'too-large' })
  })
})

test('a call that is aborted ends at once, with the reason', async () => {
  await using behind = await open({ fake: { script: { silent: true } } })
  const abort = new AbortController()
  const getting = behind.store.get('temporary/20261121/0198a0b0-0000-7000-8000-000000000000', { signal: abort.signal })
  await behind.fake.find(({ signing }) => signing !== undefined)
  abort.abort(new Error('enough'))
  await expect(getting).rejects.toBe(abort.signal.reason)
  await behind.fake.find(({ outcome }) => outcome === 'aborted')
})

test('an upload that breaks off is seen as aborted by OSS', async () => {
  await using behind = await open()
  const body = (async function* () {
    yield new Uint8Array(100_000)
    await behind.fake.find(({ signing }) => signing !== undefined)
    throw new Error('gone')
  })()
  await expect(behind.store.put({ ...picture, body })).rejects.toThrow('gone')
  await behind.fake.find(({ operation, outcome }) => operation === 'put' && outcome === 'aborted')
  expect(behind.fake.objects.size).toBe(0)
})

test('the sweep goes by the folder: files that others named are old too', async () => {
  await using behind = await open()
  const put = behind.fake.put
  for (const name of [
    'temporary/.keep',
    'temporary/20200101/新 录音&.mp3',
    'temporary/notes/a.txt',
    'temporary/99990101/b',
  ]) {
    put(`${baseDir}/${name}`, Buffer.from('x'))
  }
  put('other/temporary/20200101/c', Buffer.from('x'))
  expect(await behind.store.sweep({ olderThanDays: 7 })).toEqual({ objects: 1, partialUploads: 0, complete: true })
  expect(await behind.stored()).toEqual([
    'other/temporary/20200101/c',
    'temporary/.keep',
    'temporary/99990101/b',
    'temporary/notes/a.txt',
  ])
})

test('the sweep takes more than OSS lists at once', async () => {
  await using behind = await open()
  for (let index = 0; index < 2_100; index++) {
    behind.fake.put(`${baseDir}/temporary/20200101/${index}.mp3`, Buffer.from('x'))
  }
  expect(await behind.store.sweep({ olderThanDays: 7 })).toMatchObject({ objects: 2_100, complete: true })
  expect(behind.fake.objects.size).toBe(0)
})
