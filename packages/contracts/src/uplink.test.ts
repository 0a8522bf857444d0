import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeUplink, encodeUplink } from './uplink.ts'

const anySequence = fc.nat({ max: 0xffff_ffff })
const anyMessage = fc.oneof(
  fc.record({
    kind: fc.constant('frame' as const),
    sequence: anySequence,
    packet: fc.uint8Array({ maxLength: 4_096 }),
  }),
  fc.record({ kind: fc.constant('end' as const), sequence: anySequence }),
  fc.record({ kind: fc.constant('limit' as const), silenceMs: fc.integer({ min: 100, max: 5_000 }) }),
)

test('every message comes over the wire as it was, the empty packet too', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      expect(decodeUplink(encodeUplink(message))).toEqual(message)
    }),
  )
})

test('the wire is a kind, a sequence number and the packet', () => {
  const frame = encodeUplink({ kind: 'frame', sequence: 258, packet: Uint8Array.of(0xf8, 0xff, 0xfe) })
  expect([...frame]).toEqual([0, 0, 0, 1, 2, 0xf8, 0xff, 0xfe])
  expect([...encodeUplink({ kind: 'end', sequence: 1 })]).toEqual([1, 0, 0, 0, 1])
  expect([...encodeUplink({ kind: 'limit', silenceMs: 258 })]).toEqual([2, 0, 0, 1, 2])
})

test('a message is read from the middle of a larger buffer', () => {
  const pool = Uint8Array.of(9, 0, 0, 0, 0, 7, 1, 2, 9)
  expect(decodeUplink(pool.subarray(1, -1))).toEqual({ kind: 'frame', sequence: 7, packet: Uint8Array.of(1, 2) })
})

test.each([
  [[]],
  [[0]],
  [[0, 0, 0, 0]],
  [[2, 0, 0, 0, 0]],
  [[2, 0, 0, 0, 99]],
  [[2, 0, 0, 0x13, 0x89]],
  [[3, 0, 0, 0, 0]],
  [[255, 0, 0, 0, 0, 1]],
])('%j is no message', (bytes) => {
  expect(decodeUplink(Uint8Array.from(bytes))).toBeUndefined()
})

test('what is no message never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 16 }), (bytes) => {
      const known = bytes.length >= 5 && (bytes[0] ?? 2) < 2
      expect(decodeUplink(bytes) !== undefined || bytes[0] === 2).toBe(known || bytes[0] === 2)
    }),
  )
})
