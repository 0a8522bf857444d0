import { authAccount, Problem } from '@parley/contracts'
import { connect } from 'node:net'
import { readdir } from 'node:fs/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openGateway, type GatewayFixture } from './fixture.ts'

let edge: GatewayFixture
let pixel: Buffer
const kept: { key: string; userId: string }[] = []
let authIsAway = false
beforeAll(async () => {
  pixel = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#808080' } })
    .png()
    .toBuffer()
  edge = await openGateway({ RATE_LIMIT_UPLOAD: '1000/60' })
  edge.bus.handle(authAccount.keepFile, ({ key }, { identity: { userId } }) => {
    if (authIsAway) throw new Problem('unavailable', 'not now')
    kept.push({ key, userId })
    return {}
  })
  await edge.bus.flush()
})
afterAll(() => edge[Symbol.asyncDispose]())

/** One grey pixel, with as many bytes behind it as wanted. */
function png(extra = 0): Buffer {
  return Buffer.concat([pixel, Buffer.alloc(extra)])
}

type Uploaded = { filename: string; path: string; url: string; size: number; contentType: string }

async function upload(token: string, bytes: Buffer, query = '', name = 'file'): Promise<Response> {
  const form = new FormData()
  form.set(name, new Blob([new Uint8Array(bytes)], { type: 'text/html' }), '../../evil.html')
  return edge.call(`/files/upload${query}`, { token, body: form })
}

describe('an image', () => {
  test('is stored under a name and type of our own, and is its owner’s', async () => {
    const { token } = edge.logIn()
    const response = await upload(token, png())
    expect(response.status).toBe(201)
    const uploaded = (await response.json()) as Uploaded
    expect(uploaded).toMatchObject({ contentType: 'image/png', size: expect.any(Number) as number })
    expect(uploaded.filename).toMatch(/^[0-9a-f-]{36}\.png$/)
    expect(kept.at(-1)?.key).toContain(uploaded.filename)

    const read = await edge.call(uploaded.path, { token })
    const stored = Buffer.from(await read.arrayBuffer())
    expect(stored).toHaveLength(uploaded.size)
    expect(await sharp(stored).metadata()).toMatchObject({ format: 'png', width: 1, height: 1 })
    expect(Object.fromEntries(read.headers)).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    })
    expect((await edge.call(uploaded.path, { token: edge.logIn().token })).status).toBe(404)
    expect((await edge.call(uploaded.path)).status).toBe(401)
  })

  test('is read by anybody who has its signed link, and no other', async () => {
    const { url } = (await (await upload(edge.logIn().token, png())).json()) as Uploaded
    const { pathname, search } = new URL(url)
    expect((await edge.call(pathname + search)).status).toBe(200)
    expect((await edge.call(pathname)).status).toBe(403)
    expect((await edge.call(pathname.replace('.png', '.gif') + search)).status).toBe(403)
  })

  test('is sent in part, and not at all to whom has it already', async () => {
    const { token } = edge.logIn()
    const { path, size } = (await (await upload(token, png(), '?retention=temporary')).json()) as Uploaded
    const part = await edge.call(path, { token, headers: { range: 'bytes=1-3' } })
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([
      206,
      'PNG',
      `bytes 1-3/${size}`,
    ])
    const etag = part.headers.get('etag') ?? ''
    expect((await edge.call(path, { token, headers: { 'if-none-match': etag } })).status).toBe(304)
  })

  test('is sent whole to whom asks beyond its end', async () => {
    const { token } = edge.logIn()
    const { path } = (await (await upload(token, png())).json()) as Uploaded
    for (const range of ['bytes=99999-', 'bytes=5-2', 'lines=1-2'])
      expect((await edge.call(path, { token, headers: { range } })).status).toBe(200)
    const stranger = edge.logIn().token
    expect((await edge.call(path, { token: stranger, headers: { range: 'bytes=99999-' } })).status).toBe(404)
  })

  test('says nothing about where and when it was taken, and hides nothing; it stands the right way up', async () => {
    const { token } = edge.logIn()
    const taken = await sharp({ create: { width: 8, height: 4, channels: 3, background: 'red' } })
      .withExif({ IFD0: { Artist: 'Ada' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    const { path } = (await (await upload(token, Buffer.concat([taken, Buffer.from('<script>')]))).json()) as Uploaded
    const stored = Buffer.from(await (await edge.call(path, { token })).arrayBuffer())
    const { width, height, exif, orientation } = await sharp(stored).metadata()
    expect({ width, height, exif, orientation }).toEqual({
      width: 4,
      height: 8,
      exif: undefined,
      orientation: undefined,
    })
    expect(stored.toString('latin1')).not.toMatch(/Ada|<script>/)
  })

  test('keeps moving, when it moves', async () => {
    const { token } = edge.logIn()
    const frames = await Promise.all(
      ['red', 'blue'].map((background) =>
        sharp({ create: { width: 2, height: 2, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    )
    const moving = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer()
    const { path } = (await (await upload(token, moving)).json()) as Uploaded
    const stored = Buffer.from(await (await edge.call(path, { token })).arrayBuffer())
    expect(await sharp(stored, { animated: true }).metadata()).toMatchObject({ format: 'gif', pages: 2 })
  })

  test('that is none of ours is not found', async () => {
    const { token } = edge.logIn()
    for (const name of ['x.png', '..%2f..%2fetc%2fpasswd', '019aa3c0-0000-7000-8000-000000000001.png'])
      expect((await edge.call(`/files/images/${name}`, { token })).status).toBe(404)
  })
})

describe('an upload', () => {
  test.each<[what: string, bytes: () => Buffer | Promise<Buffer>, field: string, status: number]>([
    ['that is no image', () => Buffer.from('<script>alert(1)</script>'), 'file', 400],
    ['that is empty', () => Buffer.alloc(0), 'file', 400],
    ['without the field', () => png(), 'picture', 400],
    ['that is too large', () => png(10 * 1024 * 1024), 'file', 413],
    ['that is cut off', () => pixel.subarray(0, 50), 'file', 400],
    // Two kilobytes that unfold into more than a hundred megapixels.
    ['of too many pixels', async () => emptyPicture(12_000), 'file', 413],
  ])('%s is refused', async (_what, bytes, field, status) => {
    expect((await upload(edge.logIn().token, await bytes(), '', field)).status).toBe(status)
  })

  test('that is no form is refused', async () => {
    const { token } = edge.logIn()
    expect((await edge.call('/files/upload', { token, body: { file: 'x' } })).status).toBe(400)
  })

  test('that cannot be noted as its owner’s leaves nothing', async () => {
    const before = await filesIn(edge.folder)
    authIsAway = true
    expect((await upload(edge.logIn().token, png())).status).toBe(503)
    authIsAway = false
    expect(await filesIn(edge.folder)).toEqual(before)
  })

  test('that breaks off leaves nothing', async () => {
    const { token } = edge.logIn()
    const before = await filesIn(edge.folder)
    const socket = connect(edge.gateway.publicPort, '127.0.0.1')
    const lines = [
      'POST /files/upload HTTP/1.1',
      'Host: x',
      'X-Request-Id: broken-off',
      `Authorization: Bearer ${token}`,
      'Content-Type: multipart/form-data; boundary=b',
      'Content-Length: 1000000',
      '',
      '--b',
      'Content-Disposition: form-data; name="file"; filename="a.png"',
      '',
      '',
    ]
    socket.write(lines.join('\r\n'))
    socket.write(png(200_000))
    // It is being received: nothing of it is a file before it is whole.
    await new Promise<void>((resolve) => socket.write('more', () => resolve()))
    socket.destroy()
    await expect.poll(() => edge.lines.some((line) => line.includes('broken-off'))).toBe(true)
    await expect.poll(() => filesIn(edge.folder)).toEqual(before)
  })
})

/** Nothing but a head and black: what a picture may unfold into is not for its file to decide. */
function emptyPicture(side: number): Promise<Buffer> {
  return sharp({ create: { width: side, height: side, channels: 3, background: 'black' }, limitInputPixels: false })
    .png({ compressionLevel: 9, palette: true })
    .toBuffer()
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => `${parentPath}/${name}`)
}
