import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import OSS from 'ali-oss'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { startOssFake, type OssFake } from '../src/oss-fake/index.ts'

const signedAt = new Date('2025-06-01T12:30:45Z')
const key = 'dir/a b.txt'

afterEach(() => void vi.useRealTimers())

function clientOf(fake: OssFake, options: Partial<OSS.Options> = {}): OSS {
  const { endpoint, bucket, accessKeyId, accessKeySecret, region } = fake
  const address = { endpoint, sldEnable: true } as Partial<OSS.Options>
  return new OSS({ ...address, bucket, accessKeyId, accessKeySecret, region, ...options })
}

function publicClientOf(fake: OssFake): OSS {
  return clientOf(fake, { endpoint: fake.publicHost, cname: true, sldEnable: false } as Partial<OSS.Options>)
}

const signV4 = (client: OSS, method: 'GET' | 'PUT', headers = {}, expiresS = 1_800) =>
  client.signatureUrlV4(method, expiresS, { headers }, key, [])

describe.each([
  ['version 1', {}],
  ['version 4', { authorizationV4: true }],
])('ali-oss with signatures of %s', (_, options) => {
  test('stores, reads, lists, deletes', async () => {
    await using fake = await startOssFake()
    const client = clientOf(fake, options)
    const meta = { owner: 'ada' } as never
    await client.put(key, Buffer.from('hello world'), { mime: 'text/plain', meta })
    await client.putStream('dir/stream+&=.bin', Readable.from([Buffer.from('in '), Buffer.from('parts')]))

    const { content } = await client.get(key)
    expect(String(content)).toBe('hello world')
    const { meta: kept, res } = await client.head(key)
    expect(kept).toEqual({ owner: 'ada' })
    expect(res.headers).toMatchObject({
      'content-length': '11',
      'content-type': 'text/plain',
      etag: '"5EB63BBBE01EEED093CB22BB8F5ACDC3"',
      'x-oss-request-id': expect.stringMatching(/^[0-9A-F]{24}$/),
    })
    const { stream } = await client.getStream('dir/stream+&=.bin')
    expect(String(await buffer(stream))).toBe('in parts')

    const first = await client.listV2({ prefix: 'dir/', 'max-keys': '1' })
    expect(first).toMatchObject({ isTruncated: true, keyCount: 1, objects: [{ name: key, size: 11 }] })
    const query = { prefix: 'dir/', 'max-keys': '1', 'continuation-token': first.nextContinuationToken }
    expect(await client.listV2(query)).toMatchObject({ isTruncated: false, objects: [{ name: 'dir/stream+&=.bin' }] })

    expect(await client.deleteMulti([key, 'dir/stream+&=.bin'])).toMatchObject({ deleted: [{ Key: key }, {}] })
    expect((await client.delete(key)).res.status).toBe(204)
    expect(fake.objects.size).toBe(0)
  })

  test('a wrong secret, a wrong name, an unknown key', async () => {
    await using fake = await startOssFake()
    const refused = { status: 403, code: 'SignatureDoesNotMatch', name: 'SignatureDoesNotMatchError' }
    const wrong = clientOf(fake, { ...options, accessKeySecret: 'other' })
    await expect(wrong.put(key, Buffer.from('x'))).rejects.toMatchObject(refused)
    const nobody = clientOf(fake, { ...options, accessKeyId: 'nobody' })
    await expect(nobody.get(key)).rejects.toMatchObject({ status: 403, code: 'InvalidAccessKeyId' })
    const right = clientOf(fake, options)
    await expect(right.get(key)).rejects.toMatchObject({
      status: 404,
      code: 'NoSuchKey',
      requestId: expect.any(String),
    })
    await expect(right.head(key)).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' })
    expect(fake.objects.size).toBe(0)
  })

  test('a clock that is too far off', async () => {
    await using fake = await startOssFake({ now: () => new Date(Date.now() - 16 * 60_000) })
    const client = clientOf(fake, options)
    await expect(client.get(key)).rejects.toMatchObject({ status: 403, code: 'RequestTimeTooSkewed' })
  })

  test('bytes that are not what their digest says', async () => {
    await using fake = await startOssFake()
    const headers = { 'Content-MD5': 'XrY7u+Ae7tCTyyK7j1rNww==' }
    const put = clientOf(fake, options).put(key, Buffer.from('hello there'), { headers })
    await expect(put).rejects.toMatchObject({ status: 400, code: 'InvalidDigest' })
    expect(fake.objects.size).toBe(0)
  })
})

describe('signed URLs', () => {
  test('are those of the known answers, and good until they expire', async () => {
    let now = signedAt
    await using fake = await startOssFake({ now: () => now })
    vi.useFakeTimers({ now: signedAt, toFake: ['Date'] })
    const client = publicClientOf(fake)
    const upload = { 'Content-Type': 'image/png' }
    const [put, get] = [
      client.signatureUrl(key, { method: 'PUT', expires: 1_800, ...upload }),
      client.signatureUrl(key, { expires: 1_800 }),
    ]
    const [putV4, getV4] = [await signV4(client, 'PUT', upload), await signV4(client, 'GET')]
    const read = (url: string, name: string) => new URL(url).searchParams.get(name)
    expect(read(get, 'Signature')).toBe('PcKgRH/mdqHH+XGuRNYs/GaNT80=')
    expect(read(put, 'Signature')).toBe('c/0SnKiwcq7b5G7klL3VsjR51eA=')
    expect(read(getV4, 'x-oss-signature')).toBe('388826e47f6949ad6b3749f19fec9dfc0b6995b681d2867ab47452e2d195f0b2')
    expect(read(putV4, 'x-oss-signature')).toBe('89908612e6a49891336be826f3c9e549d384cecd9ecb798be7184132d6a0ed06')

    for (const url of [put, putV4]) {
      expect((await fetch(url, { method: 'PUT', body: 'png', headers: upload })).status).toBe(200)
      const otherType = await fetch(url, { method: 'PUT', body: 'png', headers: { 'content-type': 'text/html' } })
      expect(otherType.status).toBe(403)
    }
    for (const url of [get, getV4]) {
      expect(await (await fetch(url)).text()).toBe('png')
      expect((await fetch(url, { method: 'DELETE' })).status).toBe(403)
      const tampered = await fetch(url.replace('a%20b', 'a%20c'))
      expect(await tampered.text()).toContain('<Code>SignatureDoesNotMatch</Code>')
    }
    now = new Date(signedAt.getTime() + 1_801_000)
    for (const url of [get, getV4]) {
      const expired = await fetch(url)
      expect(expired.status).toBe(403)
      expect(await expired.text()).toContain('Request has expired.')
    }
  })

  test('of version 4 last a week at most', async () => {
    await using fake = await startOssFake()
    const response = await fetch(await signV4(publicClientOf(fake), 'GET', {}, 604_801))
    expect(response.status).toBe(400)
  })
})

test('nothing without a signature', async () => {
  await using fake = await startOssFake()
  const response = await fetch(`${fake.publicHost}/a`)
  expect(response.status).toBe(403)
  expect(await response.text()).toContain('<Code>AccessDenied</Code>')
  expect((await fetch(`${fake.endpoint}/other/a`)).status).toBe(404)
})

test('a range that does not fit is ignored, or refused where the client asks for the standard', async () => {
  await using fake = await startOssFake()
  const client = clientOf(fake)
  await client.put('ten', Buffer.from('0123456789'))
  const get = (range: string, standard = false) =>
    client.get('ten', { headers: { Range: range, ...(standard && { 'x-oss-range-behavior': 'standard' }) } })
  const part = await get('bytes=2-4')
  expect(String(part.content)).toBe('234')
  expect(part.res).toMatchObject({ status: 206, headers: { 'content-range': 'bytes 2-4/10' } })
  expect(String((await get('bytes=-3')).content)).toBe('789')
  expect((await get('bytes=5-20')).res.status).toBe(200)
  expect(String((await get('bytes=5-20', true)).content)).toBe('56789')
  await expect(get('bytes=10-', true)).rejects.toMatchObject({ status: 416, code: 'InvalidRange' })
})

test('an upload that breaks off stores nothing', async () => {
  await using fake = await startOssFake()
  const url = new URL(await signV4(publicClientOf(fake), 'PUT'))
  const socket = connect(Number(url.port), '127.0.0.1')
  socket.write(
    `PUT ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`,
  )
  await fake.find(({ signing }) => signing === 'url-v4')
  socket.destroy()
  await fake.find(({ outcome }) => outcome === 'aborted')
  expect(fake.objects.size).toBe(0)
})

test('does what the script says', async () => {
  await using fake = await startOssFake({
    script: ({ operation, index }) =>
      operation !== 'get'
        ? {}
        : ([{ error: { status: 503, code: 'ServiceUnavailable' } }, { cut: 'before' as const }, { cutAfterBytes: 3 }][
            index - 1
          ] ?? {
            silent: true,
          }),
  })
  const client = clientOf(fake)
  await client.put(key, Buffer.from('hello'))
  await expect(client.get(key)).rejects.toMatchObject({ status: 503, code: 'ServiceUnavailable' })
  await expect(client.get(key)).rejects.toMatchObject({ status: -1 })
  const { stream } = await client.getStream(key)
  const [error] = (await once(stream.resume(), 'error')) as [Error]
  expect(error).toBeInstanceOf(Error)
  await expect(client.get(key, { timeout: 100 })).rejects.toMatchObject({ name: 'ResponseTimeoutError' })
  expect(fake.requests.map(({ outcome }) => outcome)).toEqual([
    'completed',
    'completed',
    'cut',
    'cut',
    expect.anything(),
  ])
})
