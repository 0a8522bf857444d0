import { beforeEach, describe, expect, test } from 'vitest'
import { createPairingCodes, type PairingCodes, type PairingCodeStore } from './pairing.ts'

class InMemoryCodes implements PairingCodeStore {
  readonly devices = new Map<string, string>()
  readonly tries = new Map<string, number>()
  codeOf = async (deviceId: string) => [...this.devices].find(([, device]) => device === deviceId)?.[0]
  assign = async (code: string, deviceId: string) =>
    !this.devices.has(code) && Boolean(this.devices.set(code, deviceId))
  deviceOf = async (code: string) => this.devices.get(code)
  remove = async (deviceId: string) => {
    for (const [code, device] of this.devices) if (device === deviceId) this.devices.delete(code)
  }
  countTry = async (userId: string) => {
    this.tries.set(userId, (this.tries.get(userId) ?? 0) + 1)
    return this.tries.get(userId) ?? 0
  }
  forgetTries = async (userId: string) => void this.tries.delete(userId)
}

let store: InMemoryCodes
let draws: number[]
let codes: PairingCodes
beforeEach(() => {
  store = new InMemoryCodes()
  draws = [7, 7, 42]
  codes = createPairingCodes(store, (below) => (draws.shift() ?? 0) % below)
})

describe('a code', () => {
  test('has six digits, and is the same until it is used', async () => {
    expect(await codes.issue('a')).toBe('000007')
    expect(await codes.issue('a')).toBe('000007')
  })

  test('is no two devices’', async () => {
    await codes.issue('a')
    expect(await codes.issue('b')).toBe('000042')
  })

  test('cannot be had when all that are drawn are taken', async () => {
    draws = Array.from({ length: 20 }, () => 7)
    await codes.issue('a')
    await expect(codes.issue('b')).rejects.toMatchObject({ code: 'overloaded' })
  })

  test('leads to its device, until it is forgotten', async () => {
    const code = await codes.issue('a')
    expect(await codes.redeem(code, 'ada')).toBe('a')
    await codes.forget('a')
    await expect(codes.redeem(code, 'ada')).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('guessing', () => {
  test('ends after five tries, even with the right code, and for this user only', async () => {
    const code = await codes.issue('a')
    for (let guess = 0; guess < 5; guess++) {
      await expect(codes.redeem('999999', 'mallory')).rejects.toMatchObject({ code: 'not-found' })
    }
    await expect(codes.redeem(code, 'mallory')).rejects.toMatchObject({ code: 'rate-limited' })
    expect(await codes.redeem(code, 'ada')).toBe('a')
  })

  test('right starts the count anew', async () => {
    const code = await codes.issue('a')
    for (let guess = 0; guess < 4; guess++) await codes.redeem('999999', 'ada').catch(() => undefined)
    await codes.redeem(code, 'ada')
    await expect(codes.redeem('999999', 'ada')).rejects.toMatchObject({ code: 'not-found' })
  })
})
