import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeFrame, encodeFrame, events, flags, messageTypes } from './frame.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))
const request = { type: messageTypes.clientRequest, flags: flags.event, json: true, gzip: false }
const json = (value: unknown) => Buffer.from(JSON.stringify(value))

/** Known answers of the protocol. */
test.each([
  ['StartConnection', { event: events.startConnection, payload: json({}) }, '1114100000000001000000027b7d'],
  ['FinishConnection', { event: events.finishConnection, payload: json({}) }, '1114100000000002000000027b7d'],
  [
    'StartSession',
    { event: events.startSession, sessionId: 'sess-1', payload: json({ event: 100 }) },
    '111410000000006400000006736573732d310000000d7b226576656e74223a3130307d',
  ],
  [
    'FinishSession',
    { event: events.finishSession, sessionId: 'sess-1', payload: json({}) },
    '111410000000006600000006736573732d31000000027b7d',
  ],
])('%s is these bytes', (_name, frame, expected) => {
  expect(hex(encodeFrame({ ...request, ...frame }))).toBe(expected)
})

test.each([
  ['119410000000003200000006636f6e6e2d31000000027b7d', { event: 50, connectId: 'conn-1', payload: '{}' }],
  [
    '11b400000000016000000006736573732d310000000401020304',
    { event: 352, sessionId: 'sess-1', payload: '\u0001\u0002\u0003\u0004' },
  ],
  [
    '119410000000009800000006736573732d31000000277b227374617475735f636f6465223a32303030303030302c226d657373616765223a226f6b227d',
    { event: 152, sessionId: 'sess-1', payload: '{"status_code":20000000,"message":"ok"}' },
  ],
  ['11f0100002aea5410000000f7b226572726f72223a22626164227d', { errorCode: 45_000_001, payload: '{"error":"bad"}' }],
])('%s is read', (text, { payload, ...expected }) => {
  const frame = decodeFrame(bytes(text))
  expect(frame).toMatchObject(expected)
  expect(Buffer.from(frame.payload).toString()).toBe(payload)
})

test('a failed connection is read with its connection id, and without', () => {
  const error = '{"error":"no"}'
  const size = Buffer.alloc(4)
  size.writeUInt32BE(error.length)
  const old = Buffer.concat([bytes('1194100000000033'), size, Buffer.from(error)])
  expect(Buffer.from(decodeFrame(old).payload).toString()).toBe(error)
  const newer = Buffer.concat([bytes('119410000000003300000002'), Buffer.from('c1'), size, Buffer.from(error)])
  expect(decodeFrame(newer)).toMatchObject({ connectId: 'c1' })
})

test('numbered frames come back as they went, compressed or not', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.integer({ min: -1_000, max: 1_000 }), fc.boolean(), (payload, sequence, gzip) => {
      const frame = { type: messageTypes.clientAudio, flags: flags.sequence, json: false, gzip, sequence, payload }
      const read = decodeFrame(encodeFrame(frame))
      expect(read).toMatchObject({ type: frame.type, flags: frame.flags, json: false, sequence })
      expect(hex(read.payload)).toBe(hex(payload))
    }),
  )
})

test.each(['', '21141000', '11b40000000001', '1191100000000001ffffffff'])('%j is no frame', (text) => {
  expect(() => decodeFrame(bytes(text))).toThrow()
})
