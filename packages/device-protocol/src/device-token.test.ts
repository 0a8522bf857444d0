import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isDeviceToken, issueDeviceToken } from './device-token.ts'

const secret = 'test-secret'
const subject = { deviceId: 'aa:bb:cc:dd:ee:ff', clientId: '11111111-2222-4333-8444-555555555555', epoch: 3 }
const token = issueDeviceToken(secret, subject)

test('is signed as servers of this protocol sign', () => {
  const known = '-QTxzI-hLQ6fqU5GuVftthch0mHfU1ch2sPUG4eEYh8.1767225600'
  expect(issueDeviceToken(secret, { ...subject, epoch: 1_767_225_600 })).toBe(known)
})

test('is accepted for whom it was issued, and is the same each time', () => {
  expect(isDeviceToken(secret, subject, token)).toBe(true)
  expect(issueDeviceToken(secret, subject)).toBe(token)
})

test('has one length for everybody, and fits the flash and an HTTP header', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (deviceId, clientId) => {
      expect(issueDeviceToken(secret, { deviceId, clientId, epoch: 0 })).toMatch(/^[A-Za-z0-9_-]{43}\.0$/)
    }),
  )
})

describe('is refused', () => {
  test.each<[string, Partial<typeof subject>]>([
    ['after the epoch was raised', { epoch: 4 }],
    ['for another device', { deviceId: 'aa:bb:cc:dd:ee:00' }],
    ['for another client', { clientId: '11111111-2222-4333-8444-555555555556' }],
  ])('%s', (_when, change) => {
    expect(isDeviceToken(secret, { ...subject, ...change }, token)).toBe(false)
  })

  test('when another secret signed it', () => {
    expect(isDeviceToken('other-secret', subject, token)).toBe(false)
  })

  test('with a newer epoch written over the old one', () => {
    expect(isDeviceToken(secret, { ...subject, epoch: 4 }, token.replace(/\.3$/, '.4'))).toBe(false)
  })

  test.each(['', '.', '.3', token.slice(0, -1), `${token} `, token.toUpperCase(), `${token}.3`])('as %j', (given) => {
    expect(isDeviceToken(secret, subject, given)).toBe(false)
  })

  test('whatever else is sent', () => {
    fc.assert(fc.property(fc.string(), (given) => given === token || !isDeviceToken(secret, subject, given)))
  })
})
