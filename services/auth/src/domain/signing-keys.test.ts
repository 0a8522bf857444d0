import type { PublicKey } from '@parley/contracts'
import { beforeEach, describe, expect, test } from 'vitest'
import { createKeyRing, fixedKeyRing, type SigningKey, type SigningKeyStore } from './signing-keys.ts'

const hour = 3_600
let nowMs: number
let kept: SigningKey[]
let made: number

const key = (kid: string, signsFrom: Date, readable = true): SigningKey => ({
  kid,
  signsFrom,
  publicJwk: { kty: 'OKP', crv: 'Ed25519', x: '', kid, alg: 'EdDSA', use: 'sig' } satisfies PublicKey,
  privateJwk: readable ? {} : undefined,
})
const store: SigningKeyStore = {
  list: async () => [...kept],
  revise: async (decide) => {
    const { add, remove } = await decide([...kept])
    kept = [...kept, ...add].filter(({ kid }) => !remove.includes(kid))
  },
}
const openRing = () =>
  createKeyRing(
    { store, make: async (signsFrom) => key(`key-${++made}`, signsFrom), now: () => new Date(nowMs) },
    { rotateS: 24 * hour, signedForS: 900 },
  )
const pass = (seconds: number) => void (nowMs += seconds * 1_000)

beforeEach(() => {
  nowMs = Date.parse('2026-11-26T12:00:00Z')
  kept = []
  made = 0
})

describe('a ring of keys', () => {
  test('makes its first key when it is asked, once', async () => {
    const ring = openRing()
    const [one, other] = await Promise.all([ring.signer(), ring.signer()])
    expect([one.kid, other.kid, made]).toEqual(['key-1', 'key-1', 1])
  })

  test('publishes the next before it signs, and the last until nothing is left of it', async () => {
    const ring = openRing()
    const state = async () => [(await ring.signer()).kid, (await ring.published()).map(({ kid }) => kid)]
    expect(await state()).toEqual(['key-1', ['key-1']])
    pass(24 * hour)
    expect(await state()).toEqual(['key-1', ['key-1', 'key-2']])
    pass(601)
    expect(await state()).toEqual(['key-2', ['key-1', 'key-2']])
    pass(900)
    expect(await state()).toEqual(['key-2', ['key-1', 'key-2']])
    pass(100)
    expect(await state()).toEqual(['key-2', ['key-2']])
  })

  test('signs with nothing that it cannot read, and still publishes it', async () => {
    kept = [key('older', new Date(nowMs - 1_000), false)]
    const ring = openRing()
    expect((await ring.signer()).kid).toBe('key-1')
    expect((await ring.published()).map(({ kid }) => kid)).toEqual(['older', 'key-1'])
  })

  test('asks again when the store has failed', async () => {
    const failing = { ...store, list: (): Promise<SigningKey[]> => Promise.reject(new Error('away')) }
    const make = async (signsFrom: Date) => key('made', signsFrom)
    const settings = { rotateS: hour, signedForS: 900 }
    const ring = createKeyRing({ store: failing, make, now: () => new Date(nowMs) }, settings)
    await expect(ring.signer()).rejects.toThrow('away')
    failing.list = store.list
    expect((await ring.signer()).kid).toBe('made')
  })
})

test('given keys need one that signs', async () => {
  const at = new Date(nowMs)
  expect((await fixedKeyRing([key('old', at, false), key('new', at)]).signer()).kid).toBe('new')
  expect(() => fixedKeyRing([key('old', at, false)])).toThrow('can sign')
})
