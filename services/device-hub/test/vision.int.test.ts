import { request } from 'node:http'
import { chat } from '@parley/contracts'
import { openObjectStore } from '@parley/object-store'
import { createLogger } from '@parley/service-kit'
import { device } from '@parley/contracts'
import type { VirtualDevice } from '@parley/testkit/device'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { objectsOf } from './objects.ts'
import { finished, openRealScene, started, text, type RealScene } from './real-scene.ts'

const stack = new AsyncDisposableStack()
let scene: RealScene
beforeAll(async () => {
  scene = stack.use(await openRealScene())
  await scene.openHub()
})
afterAll(() => stack.disposeAsync())

/** One pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
  'base64',
)
const boundary = '----ESP32_CAMERA_BOUNDARY'

type Vision = { url: string; token: string }
const visionOf = async (connection: VirtualDevice): Promise<Vision> => {
  const { body } = await connection.message('mcp')
  return (body['payload'] as { params: { capabilities: { vision: Vision } } }).params.capabilities.vision
}

/** As firmware does: chunked, the question first, then the picture in pieces. */
function upload(
  { url, token }: Vision,
  deviceId: string,
  { picture = png, question = 'What is this?' }: { picture?: Buffer; question?: string } = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'Device-Id': deviceId,
      'Client-Id': 'one',
      Authorization: `Bearer ${token}`,
      'Content-Type': `multipart/form-data; boundary=${boundary}`,
      'Transfer-Encoding': 'chunked',
    }
    const sending = request(url, { method: 'POST', headers }, (response) => {
      let answer = ''
      response.on('data', (chunk) => (answer += String(chunk)))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(answer) as Record<string, unknown> }),
      )
    })
    sending.on('error', reject)
    sending.write(`--${boundary}\r\nContent-Disposition: form-data; name="question"\r\n\r\n${question}\r\n`)
    sending.write(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="camera.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`,
    )
    for (let at = 0; at < picture.length; at += 4_096) sending.write(picture.subarray(at, at + 4_096))
    sending.end(`\r\n--${boundary}--\r\n`)
  })
}

const photo = { description: 'Takes a photo', run: () => 'never called' }
const open = async () => {
  const deviceId = scene.newDeviceId()
  const connection = await scene.connect({ deviceId, tools: { 'self.camera.take_photo': photo } })
  return { deviceId, connection, vision: await visionOf(connection) }
}

describe('a picture of a device', () => {
  test('is kept, looked at with its question, and answered with 200, through any instance', async () => {
    const { deviceId, connection, vision } = await open()
    await using _connection = connection
    const elsewhere = vision.url.replace(/:\d+\//, `:${scene.hubs[1]?.publicPort}/`)
    for (const url of [vision.url, elsewhere]) {
      const { status, body } = await upload({ ...vision, url }, deviceId, { question: '这是什么？' })
      expect([status, body]).toEqual([200, { success: true, action: 'REQLLM', response: 'A cat.' }])
    }
    const looked = scene.behind.looks.at(-1)
    expect(looked).toMatchObject({ deviceId, question: '这是什么？' })
    const log = createLogger({ service: 'test', level: 'silent' })
    await using store = await openObjectStore(objectsOf(scene.corner), { log })
    const kept = await store.head(looked?.imageKey ?? '')
    // Its type is what its bytes are, whatever the device says.
    expect(kept).toMatchObject({ contentType: 'image/png', size: png.length })
    expect(looked?.imageKey).toMatch(/^temporary\//)
  })

  test.each([
    ['no picture', { picture: Buffer.from('hello') }, /not a picture/],
    ['a broken one', { picture: png.subarray(0, 12) }, /not a whole picture|not a picture/],
    ['one that is too large', { picture: Buffer.concat([png, Buffer.alloc(5 * 1024 * 1024)]) }, /larger than 5 MB/],
    ['one of too many pixels', { picture: largePng(60_000) }, /too many pixels/],
  ])('that is %s is answered with 200 and the reason', async (_what, given, message) => {
    const { deviceId, connection, vision } = await open()
    await using _connection = connection
    const { status, body } = await upload(vision, deviceId, given)
    expect(status).toBe(200)
    expect(body).toEqual({ success: false, message: expect.stringMatching(message) as string })
  })

  test('that no model can look at is answered with 200 and the reason', async () => {
    const { deviceId, connection, vision } = await open()
    await using _connection = connection
    scene.behind.look = () => {
      throw new Error('broken')
    }
    const { status, body } = await upload(vision, deviceId)
    expect([status, body['success']]).toEqual([200, false])
    scene.behind.look = () => 'A cat.'
  })

  test('needs a token of this device and of this session', async () => {
    const { deviceId, connection, vision } = await open()
    const other = await open()
    await using _other = other.connection
    expect((await upload({ ...vision, token: 'x' }, deviceId)).status).toBe(401)
    expect((await upload({ ...vision, token: '' }, deviceId)).status).toBe(401)
    expect((await upload(vision, other.deviceId)).status).toBe(401)
    expect((await upload(vision, deviceId)).status).toBe(200)
    await connection[Symbol.asyncDispose]()
    await using _again = await scene.connect({ deviceId })
    const ask = () => scene.bus.request(device.tools, {}, { tokens: { deviceId } })
    await expect
      .poll(() =>
        ask().then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
    expect((await upload(vision, deviceId)).status).toBe(401)
  })

  test('takes a moment: the device says so meanwhile, and then what was seen', async () => {
    const deviceId = scene.newDeviceId()
    let seen: Promise<{ body: Record<string, unknown> }> | undefined
    const connection = await scene.connect({ deviceId, tools: { 'self.camera.take_photo': photo } })
    await using _connection = connection
    const vision = await visionOf(connection)
    const reply = async function* () {
      yield started
      yield { type: 'tool-start' as const, name: 'self_camera_take_photo' }
      seen = upload(vision, deviceId)
      const { body } = await seen
      yield { type: 'tool-end' as const, name: 'self_camera_take_photo', failed: false }
      yield text(`I see: ${String(body['response'])}`)
      yield finished
    }
    scene.behind.reply = reply
    connection.send({ type: 'listen', state: 'detect', text: 'what do you see' })
    await connection.message('tts', { state: 'sentence_start', text: 'Let me have a look.' })
    await connection.message('tts', { state: 'sentence_start', text: 'I see: A cat.' })
    await connection.message('tts', { state: 'stop' })
    await expect.poll(() => scene.behind.heard.at(-1)?.text).toBe('I see: A cat.')
    expect(chat.look.timeoutMs).toBeLessThanOrEqual(device.look.timeoutMs)
  })
})

/** The head of a PNG that says it is so wide and high. */
function largePng(side: number): Buffer {
  const head = Buffer.from(png)
  head.writeUInt32BE(side, 16)
  head.writeUInt32BE(side, 20)
  return head
}
