import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DeviceId, Language, toDeviceId } from './ids.ts'
import { fillSubject } from './subject.ts'

const mac = 'aa:bb:cc:dd:ee:0f'

describe('a device id', () => {
  test.each([
    mac,
    'AA:BB:CC:DD:EE:0F',
    'aa-bb-cc-dd-ee-0f',
    'aa_bb_cc_dd_ee_0f',
    'aabb.ccdd.ee0f',
    'AABBCCDDEE0F',
    ` ${mac}\n`,
  ])('is the same however it is spelt: %j', (text) => {
    expect(toDeviceId(text)).toBe(mac)
  })

  test.each([
    '',
    'aa:bb:cc:dd:ee',
    `${mac}:00`,
    'gg:bb:cc:dd:ee:0f',
    'aa bb cc dd ee 0f',
    '*',
    'web-client',
    `${mac}.>`,
  ])('is not made of %j', (text) => {
    expect(toDeviceId(text)).toBeUndefined()
    expect(DeviceId.safeParse(text).success).toBe(false)
  })

  test('made of any text fits the contract and a subject, and stays as it is', () => {
    const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF:-_. *>') })
    fc.assert(
      fc.property(fc.oneof(hex, fc.string()), (text) => {
        const deviceId = toDeviceId(text)
        if (deviceId === undefined) return
        expect(DeviceId.parse(deviceId)).toBe(toDeviceId(deviceId))
        expect(fillSubject('device.v1.{deviceId}.call', { deviceId })).toBe(`device.v1.${deviceId}.call`)
      }),
    )
  })

  test.each(['AA:BB:CC:DD:EE:0F', 'aabbccddee0f', `${mac}\n`])('on the bus has one spelling, not %j', (text) => {
    expect(DeviceId.safeParse(text).success).toBe(false)
  })
})

test.each([
  ['en', true],
  ['en-US', true],
  ['zh-Hans-CN', true],
  ['yue', true],
  ['', false],
  ['e', false],
  ['english', false],
  ['en_US', false],
  ['en-', false],
])('%j as a language: %j', (tag, valid) => {
  expect(Language.safeParse(tag).success).toBe(valid)
})
