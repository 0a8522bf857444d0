import { beforeEach, describe, expect, test } from 'vitest'
import { createPairingCodes, type PairingCodes, type PairingCodeStore } from './pairing.ts'

class InMemoryCodes implements PairingCodeStore {
  readonly devices = new Map<string, string>()
  readonly tries = new Map<string, number>()
  leftS = 900
  keepOrAssign = async (id: string, code: string, { leastS, from }: { leastS: number; from?: string | undefined }) => {
    const deviceId = from === undefined ? id : `${id}|${from}`
    const [old] = [...this.devices].find(([, device]) => device === deviceId) ?? []
    if (old !== undefined && this.leftS >= leastS) return { code: old, leftS: this.leftS }
    if (this.devices.has(code)) return undefined
    if (old !== undefined) this.devices.delete(old)
    this.devices.set(code, deviceId)
    return { code, leftS: 900 }
  }
  deviceOf = async (code: string) => {
    const [deviceId, from] = this.devices.get(code)?.split('|') ?? []
    return deviceId === undefined ? undefined : { deviceId, from }
  }
  remove = async (deviceId: string) => {
    for (const [code, device] of this.devices) if (device === deviceId) this.devices.delete(code)
  }
  countTry = async (userId: string) => {
    this.tries.set(userId, (this.tries.get(userId) ?? 0) + 1)
    return this.tries.get(userId) ?? 0
  }
  forgetTry = async (userId: string) => void this.tries.set(userId, (this.tries.get(userId) ?? 1) - 1)
}

let store: InMemoryCodes
let draws: number[]
let codes: PairingCodes
beforeEach(() => {
  store = new InMemoryCodes()
  draws = [7, 7, 42]
  codes = createPairingCodes(store, (below) => (draws.shift() ?? 0) % below)
})

const codeOf = async (deviceId: string) => (await codes.issue(deviceId)).code

describe('a code', () => {
  test('has six digits, and is the same until it is used', async () => {
    expect(await codes.issue('a')).toEqual({ code: '000007', leftS: 900 })
    expect(await codeOf('a')).toBe('000007')
  })

  test('that is nearly too old is another one, and the old one counts no more', async () => {
    draws = [7, 42]
    await codes.issue('a')
    store.leftS = 60
    expect(await codeOf('a')).toBe('000042')
    await expect(codes.redeem('000007', 'ada')).rejects.toMatchObject({ code: 'not-found' })
  })

  test('is no two devices’', async () => {
    await codes.issue('a')
    expect(await codeOf('b')).toBe('000042')
  })

  test('cannot be had when all that are drawn are taken', async () => {
    draws = Array.from({ length: 20 }, () => 7)
    await codes.issue('a')
    await expect(codes.issue('b')).rejects.toMatchObject({ code: 'overloaded' })
  })

  test('leads to its device, until it is used', async () => {
    const code = await codeOf('a')
    expect(await codes.redeem(code, 'ada')).toEqual({ deviceId: 'a', from: undefined })
    await codes.forget('a', 'ada')
    await expect(codes.redeem(code, 'ada')).rejects.toMatchObject({ code: 'not-found' })
  })
})

test('a code with which a device goes to somebody else says whose it was, and is another one than its own', async () => {
  const own = await codeOf('a')
  const { code } = await codes.issueTransfer('a', 'ada')
  expect(code).not.toBe(own)
  expect(await codes.redeem(code, 'bob')).toEqual({ deviceId: 'a', from: 'ada' })
  expect(await codes.redeem(own, 'bob')).toEqual({ deviceId: 'a', from: undefined })
})

describe('guessing', () => {
  test('ends after five tries, even with the right code, and for this user only', async () => {
    const code = await codeOf('a')
    for (let guess = 0; guess < 5; guess++) {
      await expect(codes.redeem('999999', 'mallory')).rejects.toMatchObject({ code: 'not-found' })
    }
    await expect(codes.redeem(code, 'mallory')).rejects.toMatchObject({ code: 'rate-limited', retryAfterS: 600 })
    expect(await codes.redeem(code, 'ada')).toEqual({ deviceId: 'a', from: undefined })
  })

  test('right takes back no other try than itself', async () => {
    const code = await codeOf('a')
    for (let guess = 0; guess < 4; guess++) await codes.redeem('999999', 'ada').catch(() => undefined)
    await codes.redeem(code, 'ada')
    await codes.forget('a', 'ada')
    await expect(codes.redeem('999999', 'ada')).rejects.toMatchObject({ code: 'not-found' })
    await expect(codes.redeem('999999', 'ada')).rejects.toMatchObject({ code: 'rate-limited' })
  })
})
