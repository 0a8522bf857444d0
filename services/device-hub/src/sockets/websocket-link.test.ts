import type { WebSocket } from 'ws'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createWebSocketLink } from './websocket-link.ts'

class FakeSocket {
  readonly OPEN = 1
  readyState = 1
  bufferedAmount = 0
  readonly sent: (string | Uint8Array)[] = []
  readonly calls: string[] = []
  send = (data: string | Uint8Array) => this.sent.push(data)
  close = (code: number, reason: string) => this.calls.push(`close ${code} ${reason}`)
  terminate = () => this.calls.push('terminate')
}

function scene(version: 1 | 2 | 3 = 1) {
  const socket = new FakeSocket()
  const transport = { cork: () => socket.calls.push('cork'), uncork: () => socket.calls.push('uncork') }
  return { socket, link: createWebSocketLink(socket as unknown as WebSocket, transport, 'session', version) }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('messages carry the session id, audio the framing of the connection', () => {
  const { socket, link } = scene(3)
  link.send({ type: 'tts', state: 'start' })
  link.sendAudio(Uint8Array.of(0xf8, 0xff, 0xfe), 0)
  expect(socket.sent).toEqual([
    '{"type":"tts","state":"start","session_id":"session"}',
    Uint8Array.of(0, 0, 0, 3, 0xf8, 0xff, 0xfe),
  ])
})

test('the second framing tells when a packet is due', () => {
  const { socket, link } = scene(2)
  link.sendAudio(Uint8Array.of(7), 1_234)
  expect(Buffer.from(socket.sent[0] as Uint8Array).toString('hex')).toBe('0002000000000000000004d20000000107')
})

test('audio is left out when the network takes none, messages are not', () => {
  const { socket, link } = scene()
  socket.bufferedAmount = 40_000
  link.sendAudio(Uint8Array.of(1), 0)
  link.send({ type: 'tts', state: 'stop' })
  expect(socket.sent).toHaveLength(1)
})

test('a socket that takes nothing at all is given up', () => {
  const { socket, link } = scene()
  socket.bufferedAmount = 2_000_000
  link.send({ type: 'pong' })
  expect(socket.calls).toEqual(['terminate'])
  expect(socket.sent).toEqual([])
})

test('a close is followed by the end of the connection: devices do not echo it', () => {
  const { socket, link } = scene()
  link.close(4409, 'replaced')
  expect(socket.calls).toEqual(['close 4409 replaced'])
  vi.advanceTimersByTime(500)
  expect(socket.calls).toEqual(['close 4409 replaced', 'terminate'])
})

test('a closed socket gets nothing', () => {
  const { socket, link } = scene()
  socket.readyState = 3
  link.send({ type: 'pong' })
  link.sendAudio(Uint8Array.of(1), 0)
  link.close(1000, 'device')
  expect(socket.sent).toEqual([])
  expect(socket.calls).toEqual([])
})

test('what is said in one breath is one write', async () => {
  const { socket, link } = scene()
  link.send({ type: 'stt', text: 'hi' })
  link.send({ type: 'tts', state: 'start' })
  link.sendAudio(Uint8Array.of(1), 0)
  expect(socket.calls).toEqual(['cork'])
  await new Promise<void>((resolve) => process.nextTick(resolve))
  expect(socket.calls).toEqual(['cork', 'uncork'])
  link.send({ type: 'pong' })
  expect(socket.calls).toEqual(['cork', 'uncork', 'cork'])
})
