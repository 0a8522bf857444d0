import { connect as connectSocket } from 'node:net'
import { device } from '@parley/contracts'
import type { VirtualDevice } from '@parley/testkit/device'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { finished, openRealScene, says, silence, silentPackets, started, text, type RealScene } from './real-scene.ts'

/**
 * What a server has to do so that every client of the xiaozhi protocol works with it, a test for each point, on real sockets.
 * Firmware images (3) are in firmware.int.test.ts, the idle policy (12) in session-manner.test.ts; MQTT (14) is not served yet.
 */
const stack = new AsyncDisposableStack()
let scene: RealScene

beforeAll(async () => void (scene = stack.use(await openRealScene())))
afterAll(() => stack.disposeAsync())
afterEach(() => {
  scene.behind.frames = 3
  scene.behind.partials = false
  scene.behind.reply = () => [started, text('One two three four. Five six seven eight.'), finished]
})

const from = (connection: VirtualDevice) => ({ from: connection.position })
const listen = (connection: VirtualDevice, mode: string) => connection.send({ type: 'listen', state: 'start', mode })
const utter = (connection: VirtualDevice, ...words: string[]) => {
  for (const word of words) connection.sendAudio(says(word))
  for (let packet = 0; packet < silentPackets; packet++) connection.sendAudio(silence)
}
const ask = (connection: VirtualDevice, words: string) =>
  connection.send({ type: 'listen', state: 'detect', text: words })
const count = (connection: VirtualDevice, type: string, state?: string) =>
  connection.log.events.filter(
    (event) =>
      event.kind === 'message' && event.type === type && (state === undefined || event.body['state'] === state),
  ).length

describe('1, 2: configuration and activation', () => {
  test.each(['', '{"ssid":"my "home""}', 'null', '{"application":{"version":"1.4.7"}}'])(
    'a body of %j is answered with 200 and everything that firmware needs',
    async (body) => {
      const url = `http://127.0.0.1:${scene.hubs[0]?.publicPort}/xiaozhi/ota/`
      const headers = { 'Device-Id': scene.newDeviceId(), 'Client-Id': 'one' }
      const response = await fetch(url, { method: 'POST', headers, body })
      expect(response.status).toBe(200)
      const answer = (await response.json()) as Record<string, Record<string, unknown>>
      expect(answer['firmware']).toEqual({ version: expect.stringMatching(/^\d+(\.\d+)*$/) as string, url: '' })
      expect(answer['websocket']).toEqual({
        url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/xiaozhi\/v1\/$/) as string,
        token: expect.any(String) as string,
        version: 1,
      })
      expect(answer['server_time']).toEqual({
        timestamp: expect.any(Number) as number,
        timezone_offset: expect.any(Number) as number,
      })
      for (const part of Object.values(answer))
        for (const name of Object.keys(part)) expect(name.length).toBeLessThanOrEqual(15)
    },
  )

  test('where an owner is required a device shows a code and waits, with and without the slash', async () => {
    const strict = await scene.openHub({ DEVICE_ACTIVATION: 'required' })
    const deviceId = scene.newDeviceId()
    const { body } = await scene.enrol(deviceId, {}, strict)
    expect(body.activation).toEqual({
      code: expect.stringMatching(/^\d{6}$/) as string,
      message: `Parley\n${body.activation?.code}`,
      challenge: deviceId,
    })
    expect(body.websocket.token).toBe('')
    for (const path of ['activate', 'activate/']) {
      const response = await fetch(`http://127.0.0.1:${strict.publicPort}/xiaozhi/ota/${path}`, {
        method: 'POST',
        headers: { 'Device-Id': deviceId },
        body: '{"Payload":{}}',
      })
      expect(response.status).toBe(202)
    }
    await expect(scene.connect({ hub: strict, deviceId, token: '' })).rejects.toMatchObject({ status: 401 })
  })
})

describe('4: the connection', () => {
  test('is identified by query, too; without compression; its hello is answered within a second', async () => {
    const deviceId = scene.newDeviceId()
    const { token } = await scene.enrol(deviceId)
    const query = new URLSearchParams({ 'device-id': deviceId, 'client-id': 'one', authorization: `Bearer ${token}` })
    const socket = new WebSocket(`ws://127.0.0.1:${scene.hubs[0]?.publicPort}/xiaozhi/v1/?${query.toString()}`)
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
    expect(socket.extensions).toBe('')
    const startedAt = performance.now()
    const answered = new Promise<MessageEvent>((resolve) => socket.addEventListener('message', resolve, { once: true }))
    socket.send('{"type":"hello"}')
    const hello = JSON.parse(String((await answered).data)) as Record<string, unknown>
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    expect(hello).toEqual({
      type: 'hello',
      transport: 'websocket',
      version: 1,
      session_id: expect.any(String) as string,
      audio_params: { format: 'opus', sample_rate: 24_000, channels: 1, frame_duration: 60 },
    })
    socket.close()
  })

  test('frames that come before it is listened to are kept', async () => {
    await using connection = await scene.connect()
    connection.sendAudio(says('early'))
    listen(connection, 'auto')
    utter(connection, 'words')
    await connection.message('stt', { text: 'early words' })
  })
})

describe.each([1, 2, 3] as const)('5: framing %i', (frameVersion) => {
  test('carries speech in both directions', async () => {
    await using connection = await scene.connect({ frameVersion })
    listen(connection, 'auto')
    utter(connection, 'hello', 'there')
    await connection.message('stt', { text: 'hello there' })
    expect((await connection.audio()).packet).toEqual(Buffer.from(silence))
    await connection.message('tts', { state: 'stop' })
  })
})

describe('6: abort', () => {
  test('is answered at once by one tts stop, also when nothing is said, and again', async () => {
    scene.behind.frames = 200
    await using connection = await scene.connect()
    ask(connection, 'tell me')
    await connection.audio()
    const abortedAt = performance.now()
    connection.send({ type: 'abort', reason: 'wake_word_detected' })
    const stop = await connection.message('tts', { state: 'stop' })
    expect(stop.at - abortedAt).toBeLessThan(120)
    const since = from(connection)
    connection.send({ type: 'abort' })
    await connection.message('tts', { state: 'stop' }, since)
    expect(count(connection, 'tts', 'stop')).toBe(2)
    expect(connection.log.events.slice(since.from).some(({ kind }) => kind === 'audio')).toBe(false)
  })
})

describe('7: a turn', () => {
  test('starts 100 ms ahead of its sound, is paced, and stops when it was heard', async () => {
    scene.behind.frames = 10
    await using connection = await scene.connect()
    ask(connection, 'tell me')
    const start = await connection.message('tts', { state: 'start' })
    const first = await connection.audio()
    expect(first.at - start.at).toBeGreaterThanOrEqual(99)
    const stop = await connection.message('tts', { state: 'stop' })
    const frames = connection.log.events.filter((event) => event.kind === 'audio')
    expect(frames).toHaveLength(20)
    expect(stop.at - first.at).toBeGreaterThanOrEqual(20 * 60)
    // Never more than the lead, and what is playing, ahead of real time.
    for (const [index, { at }] of frames.entries()) expect(at - first.at).toBeGreaterThanOrEqual((index - 3) * 60 - 15)
    const order = connection.log.events.flatMap((event) =>
      event.kind === 'message' ? [event.type === 'tts' ? event.body['state'] : event.type] : [],
    )
    expect(order).toEqual(['hello', 'stt', 'start', 'llm', 'sentence_start', 'sentence_start', 'stop'])
  })
})

describe('8: listening', () => {
  test('push to talk ends when the button is released', async () => {
    await using connection = await scene.connect()
    listen(connection, 'manual')
    connection.sendAudio(says('what time'))
    for (let packet = 0; packet < 20; packet++) connection.sendAudio(silence)
    connection.sendAudio(says('is it'))
    connection.send({ type: 'listen', state: 'stop' })
    await connection.message('stt', { text: 'what time is it' })
  })

  test('what was recorded of the wake word is not part of what is said', async () => {
    await using connection = await scene.connect()
    for (let packet = 0; packet < 33; packet++) connection.sendAudio(says('xiaozhi'))
    ask(connection, '你好小智')
    listen(connection, 'auto')
    utter(connection, 'good morning')
    await connection.message('stt', { text: 'good morning' })
  })

  test('other words of detect were typed', async () => {
    await using connection = await scene.connect()
    ask(connection, 'good evening')
    await connection.message('stt', { text: 'good evening' })
  })

  test('in realtime the microphone stays open: who talks interrupts', async () => {
    scene.behind.frames = 100
    scene.behind.partials = true
    await using connection = await scene.connect()
    listen(connection, 'realtime')
    utter(connection, 'tell me')
    await connection.audio()
    utter(connection, 'no wait', 'something else')
    await connection.message('tts', { state: 'stop' })
    await connection.message('stt', { text: 'no wait something else' })
    expect(count(connection, 'tts', 'stop')).toBe(1)
    await expect.poll(() => scene.behind.heard.at(-1)).toMatchObject({ interrupted: true })
  })

  test('listen start while the device speaks does not cut it', async () => {
    scene.behind.frames = 8
    await using connection = await scene.connect()
    ask(connection, 'tell me')
    await connection.message('tts', { state: 'sentence_start' })
    listen(connection, 'auto')
    await connection.message('tts', { state: 'stop' })
    expect(connection.log.events.filter(({ kind }) => kind === 'audio')).toHaveLength(16)
  })
})

describe('9: tools', () => {
  const lamp = { description: 'Turns the lamp on', run: () => 'true' }
  const call = (deviceId: string, name: string) =>
    scene.bus.request(device.call, { name, arguments: {} }, { tokens: { deviceId } })

  test('are found, called by numbers that grow, and fail without a code', async () => {
    const deviceId = scene.newDeviceId()
    const broken = {
      description: 'Breaks',
      run: () => {
        throw new Error('broken')
      },
    }
    await using connection = await scene.connect({ deviceId, tools: { 'self.lamp': lamp, 'self.broken': broken } })
    const tools = () => scene.bus.request(device.tools, {}, { tokens: { deviceId } })
    await expect
      .poll(() =>
        tools().then(
          (answer) => answer.tools.length,
          () => 0,
        ),
      )
      .toBe(2)
    expect(await call(deviceId, 'self.lamp')).toEqual({ text: 'true', failed: false })
    expect(await call(deviceId, 'self.broken')).toEqual({ text: 'broken', failed: true })
    const ids = connection.log.events.flatMap((event) =>
      event.kind === 'message' && event.type === 'mcp' ? [(event.body['payload'] as { id?: number }).id] : [],
    )
    const numbers = ids.filter((id) => id !== undefined)
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
    const [first] = connection.log.events.filter((event) => event.kind === 'message' && event.type === 'mcp')
    expect(first).toMatchObject({
      body: {
        payload: {
          method: 'initialize',
          params: { capabilities: { vision: { url: expect.stringMatching(/\/mcp\/vision\/explain$/) as string } } },
        },
      },
    })
  })

  test('nobody is asked for tools who says nothing of them', async () => {
    await using connection = await scene.connect()
    ask(connection, 'hi')
    await connection.message('tts', { state: 'stop' })
    expect(count(connection, 'mcp')).toBe(0)
  })
})

describe('10: broken JSON', () => {
  test('a wake word with a quote is one; what is no JSON is told, and nothing else happens', async () => {
    await using connection = await scene.connect()
    connection.sendText('{"session_id":"","type":"listen","state":"detect","text":"say "hi" now"}')
    await connection.message('stt', { text: 'say "hi" now' })
    connection.sendText('\n\n{"type":"ping"}')
    await connection.message('pong')
    connection.sendText('hello')
    await connection.message('error', { code: 'bad-request' })
    await connection.message('tts', { state: 'stop' })
  })
})

describe('11: one connection a device', () => {
  test('the newest replaces the old one, whose TCP is ended by the server', async () => {
    const deviceId = scene.newDeviceId()
    const { token } = await scene.enrol(deviceId)
    const { publicPort } = scene.hubs[0] ?? { publicPort: 0 }
    // A client as firmware is: it does not echo a close.
    const raw = connectSocket(publicPort, '127.0.0.1')
    let bytes = ''
    raw.on('data', (data) => (bytes += data.toString('latin1')))
    const head = `GET /xiaozhi/v1/ HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n`
    raw.write(`${head}Device-Id: ${deviceId}\r\nAuthorization: Bearer ${token}\r\n\r\n`)
    await vi.waitUntil(() => bytes.includes('101 Switching'))
    const ended = new Promise((resolve) => raw.once('close', resolve))
    await using connection = await scene.connect({ deviceId, token })
    await ended
    expect(connection.open).toBe(true)
  })
})

describe('13: what else is in the field', () => {
  test('things of older firmware', async () => {
    const deviceId = scene.newDeviceId()
    await using connection = await scene.connect({ deviceId })
    const parameters = { volume: { description: '', type: 'number' } }
    const methods = { SetVolume: { description: 'Sets it', parameters } }
    connection.send({
      type: 'iot',
      update: true,
      descriptors: [{ name: 'Speaker', description: '', properties: {}, methods }],
    })
    const set = () =>
      scene.bus.request(device.call, { name: 'Speaker_SetVolume', arguments: { volume: 5 } }, { tokens: { deviceId } })
    await expect
      .poll(() =>
        set().then(
          ({ failed }) => failed,
          () => true,
        ),
      )
      .toBe(false)
    const { body } = await connection.message('iot')
    expect(body['commands']).toEqual([{ name: 'Speaker', method: 'SetVolume', parameters: { volume: 5 } }])
  })

  test.each([20, 40, 60])('frames of %i ms, empty ones, DTX and garbage', async (frameMs) => {
    await using connection = await scene.connect({ frameMs })
    listen(connection, 'manual')
    connection.sendBinary(new Uint8Array(0))
    connection.sendAudio(Uint8Array.of(0xf8))
    connection.sendAudio(new Uint8Array(4_000).fill(0xff))
    connection.sendAudio(says('still here'))
    connection.send({ type: 'listen', state: 'stop' })
    await connection.message('stt', { text: 'still here' })
  })
})
