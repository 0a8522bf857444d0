import { once } from 'node:events'
import { connect as connectSocket, type Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { VirtualDevice } from '@parley/testkit/device'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openRealScene, says, type RealScene } from './real-scene.ts'

/** What no device sends, and what a hub must bear: whoever sends it may be sent away, and nobody else notices. */
const stack = new AsyncDisposableStack()
let scene: RealScene
let bystander: VirtualDevice

beforeAll(async () => {
  scene = stack.use(await openRealScene())
  bystander = stack.use(await scene.connect())
})
afterAll(() => stack.disposeAsync())

/** A device that was there all the time has a whole conversation. */
async function othersAreFine() {
  const { position: from } = bystander
  bystander.send({ type: 'listen', state: 'start', mode: 'manual' })
  bystander.sendAudio(says('are you there'))
  bystander.send({ type: 'listen', state: 'stop' })
  await bystander.message('stt', { text: 'are you there' }, { from })
  await bystander.message('tts', { state: 'stop' }, { from })
}

/** A bare connection after its upgrade, for frames that no library sends. */
async function upgradeBare(deviceId = scene.newDeviceId()): Promise<Socket> {
  const socket = connectSocket(scene.hubs[0]?.publicPort ?? 0, '127.0.0.1')
  socket.on('error', () => undefined)
  const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13'
  socket.write(
    `GET /xiaozhi/v1/ HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${key}\r\nDevice-Id: ${deviceId}\r\n\r\n`,
  )
  await once(socket, 'data')
  return socket
}

/** A frame as a client masks it; `length` may lie. */
function frame(opcode: number, payload: Buffer, { length = payload.length, fin = true, masked = true } = {}): Buffer {
  const head = Buffer.alloc(length < 126 ? 2 : 4)
  head[0] = (fin ? 0x80 : 0) | opcode
  head[1] = (masked ? 0x80 : 0) | (length < 126 ? length : 126)
  if (length >= 126) head.writeUInt16BE(length, 2)
  return Buffer.concat([head, ...(masked ? [Buffer.alloc(4)] : []), payload])
}

const text = (words: string) => frame(1, Buffer.from(words))
const hello = text('{"type":"hello"}')

test.each<[string, Buffer[]]>([
  ['invalid UTF-8', [hello, frame(1, Buffer.of(0xff, 0xfe, 0xfd))]],
  ['a frame without a mask', [frame(1, Buffer.from('{}'), { masked: false })]],
  ['an opcode that is none', [frame(11, Buffer.alloc(3))]],
  [
    'more than a message may have',
    [frame(2, Buffer.alloc(65_535)), frame(2, Buffer.alloc(65_535), { fin: false }), frame(0, Buffer.alloc(65_535))],
  ],
  ['a ping that is too large', [frame(9, Buffer.alloc(126))]],
  ['a close with a code that is none', [frame(8, Buffer.of(0, 1))]],
])('%s ends the connection, and no other', async (_what, frames) => {
  const socket = await upgradeBare()
  const closed = once(socket, 'close')
  for (const one of frames) socket.write(one)
  await closed
  await othersAreFine()
})

test.each<[string, (device: VirtualDevice) => void]>([
  [
    'truncated frames of framing 2 and 3',
    (device) => [0, 1, 3, 15].forEach((size) => device.sendBinary(new Uint8Array(size))),
  ],
  [
    'sizes that lie',
    (device) => device.sendBinary(Uint8Array.from([0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 1])),
  ],
  ['a text of nearly 64 KB', (device) => device.send({ type: 'listen', state: 'detect', text: 'x'.repeat(60_000) })],
  [
    'JSON bombs',
    (device) =>
      [
        '['.repeat(30_000),
        '{"a":'.repeat(10_000),
        `{"type":"mcp","payload":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`,
        `{"type":"iot","descriptors":[${'{},'.repeat(20_000)}{}]}`,
      ].forEach((bomb) => device.sendText(bomb)),
  ],
  [
    'names that are something else',
    (device) =>
      ['__proto__', 'constructor', 'toString'].forEach((type) =>
        device.sendText(`{"type":"${type}","__proto__":{"type":"hello"}}`),
      ),
  ],
  [
    'replies that nobody waits for',
    (device) =>
      [-1, 0, 1e99, 7].forEach((id) =>
        device.send({ type: 'mcp', payload: { jsonrpc: '2.0', id, result: { tools: 5 } } }),
      ),
  ],
  [
    'everything in the wrong order',
    (device) =>
      ['stop', 'detect', 'start', 'stop', 'stop'].forEach((state) =>
        device.send({ type: 'listen', state, mode: 'whim' }),
      ),
  ],
])('%s does no harm, not even to its own session', async (_what, attack) => {
  await using device = await scene.connect({ frameVersion: 2 })
  attack(device)
  device.send({ type: 'abort' })
  device.send({ type: 'ping' })
  await device.message('pong')
  await othersAreFine()
})

test('a flood of messages, or of pings, ends the connection that it comes from', async () => {
  await using device = await scene.connect()
  for (let count = 0; count < 400; count++) device.send({ type: 'ping' })
  expect(await device.closed()).toMatchObject({ code: 1008 })
  const socket = await upgradeBare()
  const closed = once(socket, 'close')
  const ping = frame(9, Buffer.from('x'))
  socket.write(Buffer.concat(Array.from({ length: 1_000 }, () => ping)))
  socket.resume()
  await closed
  await othersAreFine()
})

test('three times as much sound as there is time is heard as far as there is time', async () => {
  await using device = await scene.connect()
  device.send({ type: 'listen', state: 'start', mode: 'manual' })
  const before = scene.behind.uplink.length
  const startedAt = performance.now()
  for (let burst = 0; burst < 6; burst++) {
    // 200 ms of time, 30 s of sound.
    for (let packet = 0; packet < 500; packet++) device.sendAudio(Uint8Array.of(0xf8, 0xff, 0xfe))
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  device.send({ type: 'listen', state: 'stop' })
  await othersAreFine()
  const passedMs = performance.now() - startedAt
  expect((scene.behind.uplink.length - before) * 60).toBeLessThan(4_800 + passedMs * 2 + 1_000)
  device.send({ type: 'ping' })
  await device.message('pong')
})

test('connections that say nothing are let go, and those that only begin hold nothing up', async () => {
  const half = connectSocket(scene.hubs[0]?.publicPort ?? 0, '127.0.0.1')
  half.on('error', () => undefined)
  half.write('GET /xiaozhi/v1/ HTTP/1.1\r\nHost: x\r\n')
  const silent = await Promise.all(Array.from({ length: 20 }, () => upgradeBare()))
  await othersAreFine()
  for (const socket of [half, ...silent]) socket.destroy()
  await othersAreFine()
})

test('whatever bytes and texts come, in whatever order, the next device is served', async () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ maxLength: 200 }),
    fc.json({ maxDepth: 3 }),
    fc
      .record({
        type: fc.constantFrom('hello', 'listen', 'abort', 'mcp', 'iot', 'goodbye', 'text', 'audio', 'image'),
        state: fc.constantFrom('start', 'stop', 'detect'),
        mode: fc.constantFrom('auto', 'manual', 'realtime'),
        text: fc.string({ maxLength: 20 }),
        payload: fc.dictionary(fc.string(), fc.jsonValue()),
      })
      .map((message) => JSON.stringify(message)),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { maxLength: 30 }), async (stream) => {
      await using device = await scene.connect({ token: 'any' })
      for (const one of stream) {
        if (!device.open) break
        if (typeof one === 'string') device.sendText(one)
        else device.sendBinary(one)
      }
    }),
    { numRuns: 25 },
  )
  await vi.waitFor(othersAreFine, { timeout: 10_000 })
})

test('attacks leave nothing behind: the heap does not grow with their number', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const attackers = Array.from({ length: 20 }, () => scene.newDeviceId())
  const attack = async (rounds: number) => {
    for (let round = 0; round < rounds; round++)
      await Promise.all(
        attackers.map(async (deviceId) => {
          const socket = await upgradeBare(deviceId)
          socket.write(Buffer.concat([hello, frame(1, Buffer.of(0xff, 0xfe, 0xfd))]))
          if (!socket.closed) await once(socket, 'close')
        }),
      )
    // Sockets are held for half a second after their close, in case the other side does not answer it.
    let least = Infinity
    for (let look = 0; look < 8; look++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      collect()
      least = Math.min(least, process.memoryUsage().heapUsed)
    }
    return least
  }
  const heaps = [await attack(20)]
  for (let window = 0; window < 3; window++) heaps.push(await attack(20))
  // Code that is compiled meanwhile is in one window or another; what attacks leave behind would be in each. A session has 12 KB.
  const growth = heaps.slice(1).map((heap, window) => (heap - (heaps[window] ?? 0)) / (20 * attackers.length))
  expect(Math.min(...growth), String(growth)).toBeLessThan(2_000)
  await othersAreFine()
}, 30_000)
