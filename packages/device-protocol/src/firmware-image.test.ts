import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareVersions, isComparableVersion, readFirmwareImage } from './firmware-image.ts'

function image({ version = '2.4.2', chip = 9, magic = 0xe9, description = 0xabcd5432, length = 288 } = {}) {
  const bytes = Buffer.alloc(length)
  bytes[0] = magic
  if (length >= 288) {
    bytes.writeUInt16LE(chip, 12)
    bytes.writeUInt32LE(description, 32)
    bytes.write(version, 48, 'latin1')
    bytes.write('xiaozhi', 80, 'latin1')
  }
  return new Uint8Array(bytes)
}

describe('an image', () => {
  test.each([
    [9, 'esp32s3'],
    [5, 'esp32c3'],
    [0x12, 'esp32p4'],
    [0xffff, 'unknown'],
  ])('for chip %i says its version, and that it is for %s', (number, chip) => {
    expect(readFirmwareImage(image({ chip: number }))).toEqual({ version: '2.4.2', project: 'xiaozhi', chip })
  })

  test.each([{ magic: 0x7f }, { description: 1 }, { length: 287 }, { length: 0 }])('is not what has %j', (about) => {
    expect(readFirmwareImage(image(about))).toBeUndefined()
  })

  test('whatever the bytes, reading them throws nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        readFirmwareImage(bytes)
      }),
    )
  })
})

test.each([
  ['2.4.2', '2.4.2', 0],
  ['2.4.10', '2.4.9', 1],
  ['2.4', '2.4.1', -1],
  ['2.4.0', '2.4', 1],
  ['2.0.0-rc1', '2.0.0', 0],
  ['10.0', '9.9.9', 1],
  ['', '1.0', -1],
])('%j beside %j is %i', (one, other, sign) => {
  expect(Math.sign(compareVersions(one, other))).toBe(sign)
  expect(Math.sign(compareVersions(other, one))).toBe(sign === 0 ? 0 : -sign)
})

test.each(['2.4.2', '1', '10.20.30.40'])('%j can be compared', (version) =>
  expect(isComparableVersion(version)).toBe(true),
)
test.each(['v2.0', '', '2.', '2.0.0-rc1', '2..1', '1'.repeat(32)])('%j cannot', (version) => {
  expect(isComparableVersion(version)).toBe(false)
})
