import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeFrame, encodeFrame, readFrameVersion, type FrameVersion } from './frames.ts'

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const silence = bytesOf('f8 ff fe')
const silenceV2 = '0002 0000 00000000 000004d2 00000003 f8fffe'
const silenceV3 = '00 00 0003 f8fffe'

const anyVersion = fc.constantFrom<FrameVersion>(1, 2, 3)
const anyPacket = fc.uint8Array({ maxLength: 4_096 })

describe('the wire', () => {
  test.each<[FrameVersion, string]>([
    [1, 'f8 ff fe'],
    [2, silenceV2],
    [3, silenceV3],
  ])('of version %i is the one devices know', (version, hex) => {
    expect(encodeFrame(version, silence, 1234)).toEqual(bytesOf(hex))
    expect(decodeFrame(version, bytesOf(hex))).toEqual({ packet: silence, timestampMs: version === 2 ? 1234 : 0 })
  })

  test('gives back every packet, the empty one too', () => {
    fc.assert(
      fc.property(anyVersion, anyPacket, fc.nat({ max: 0xffff_ffff }), (version, packet, timestampMs) => {
        const read = decodeFrame(version, encodeFrame(version, packet, timestampMs))
        expect(read).toEqual({ packet, timestampMs: version === 2 ? timestampMs : 0 })
      }),
    )
  })

  test('wraps a timestamp that outgrows its 32 bits', () => {
    expect(decodeFrame(2, encodeFrame(2, silence, 2 ** 32 + 5))?.timestampMs).toBe(5)
  })

  test('is read from the middle of a larger buffer, as sockets deliver it', () => {
    const pool = Uint8Array.of(9, 9, 9, ...bytesOf(silenceV2), 9)
    expect(decodeFrame(2, pool.subarray(3, -1))).toEqual({ packet: silence, timestampMs: 1234 })
  })
})

describe('a frame of a gateway', () => {
  test('has zeros for version and type, and is read all the same', () => {
    const frame = bytesOf('0000 0000 00000007 000004d2 00000003 f8fffe')
    expect(decodeFrame(2, frame)).toEqual({ packet: silence, timestampMs: 1234 })
  })
})

describe('a damaged frame', () => {
  test.each<[FrameVersion, string, string]>([
    [2, 'shorter than its header', silenceV2.slice(0, 30)],
    [2, 'that promises one byte more than it has', silenceV2.replace('00000003', '00000004')],
    [2, 'that promises four gigabytes', silenceV2.replace('00000003', 'ffffffff')],
    [3, 'shorter than its header', '000000'],
    [3, 'that promises one byte more than it has', silenceV3.replace('0003', '0004')],
    [2, 'without a byte', ''],
  ])('of version %i, %s, is no frame', (version, _what, hex) => {
    expect(decodeFrame(version, bytesOf(hex))).toBeUndefined()
  })

  test('never throws and never gives bytes from outside of it', () => {
    fc.assert(
      fc.property(anyVersion, fc.uint8Array({ maxLength: 64 }), (version, bytes) => {
        const read = decodeFrame(version, bytes)
        expect(read?.packet.length ?? 0).toBeLessThanOrEqual(bytes.length)
      }),
    )
  })

  test('that is longer than its size says loses the rest', () => {
    expect(decodeFrame(3, bytesOf(`${silenceV3} 00 00`))?.packet).toEqual(silence)
  })
})

describe('the version', () => {
  test.each([
    ['2', 2],
    ['3', 3],
    ['1', 1],
    [undefined, 1],
    ['', 1],
    ['4', 1],
    ['two', 1],
  ])('of the header %j is %i', (header, version) => {
    expect(readFrameVersion(header)).toBe(version)
  })
})
