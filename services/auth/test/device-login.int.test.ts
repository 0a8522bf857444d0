import { auth, authSessions, device, Problem } from '@parley/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAuth, type AuthFixture } from './fixture.ts'

const deviceId = '02:00:00:00:00:01'
const unowned = '02:00:00:00:00:02'
const goodSignature = (nonce: string) => `good-${nonce}`

let fixture: AuthFixture
let ownerId: string
let asked: unknown[]

/** A hub that believes good signatures, and no device by its name but those of older firmware. */
function standInForHub(own: AuthFixture, owner: string) {
  own.bus.handle(device.authenticate, (input) => {
    asked.push(input)
    if (input.proof && input.proof.signature !== goodSignature(input.proof.nonce))
      throw new Problem('unauthorized', 'This device has to prove who it is')
    return { deviceId: input.deviceId, ...(input.deviceId === deviceId && { ownerId: owner }) }
  })
  return own.bus.flush()
}

beforeAll(async () => {
  fixture = await openAuth()
  ownerId = await fixture.register('ada')
  asked = []
  await standInForHub(fixture, ownerId)
})
afterAll(() => fixture[Symbol.asyncDispose]())

const nonce = async (id = deviceId) => (await fixture.bus.request(authSessions.deviceNonce, { deviceId: id })).nonce
const logIn = (proof?: { nonce: string; signature: string }, id = deviceId) =>
  fixture.bus.request(authSessions.deviceLogin, { deviceId: id, ...(proof && { proof }) })

test('a device logs in for its owner, once for each nonce', async () => {
  const given = await nonce()
  const proof = { nonce: given, signature: goodSignature(given) }
  const { token, person } = await logIn(proof)
  expect(person).toMatchObject({ userId: ownerId, kind: 'user' })
  expect((await fixture.bus.request(auth.verify, { token })).person).toEqual(person)
  await expect(logIn(proof)).rejects.toMatchObject({ code: 'unauthorized' })
})

describe('nobody logs in', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['without a proof', () => logIn()],
    ['with a nonce that is made up', () => logIn({ nonce: 'n', signature: goodSignature('n') })],
    [
      'with the nonce of another device',
      async () => {
        const given = await nonce(unowned)
        return logIn({ nonce: given, signature: goodSignature(given) })
      },
    ],
    ['with a wrong signature', async () => logIn({ nonce: await nonce(), signature: 'bad' })],
    [
      'for a device without an owner',
      async () => {
        const given = await nonce(unowned)
        return logIn({ nonce: given, signature: goodSignature(given) }, unowned)
      },
    ],
  ])('%s', async (_how, work) => {
    await expect(work()).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('with a nonce that is a minute old', async () => {
    const given = await nonce()
    expect(await fixture.redis.ttl(`device_nonce:${given}`)).toBeLessThanOrEqual(60)
    await fixture.redis.pexpire(`device_nonce:${given}`, 0)
    await expect(logIn({ nonce: given, signature: goodSignature(given) })).rejects.toMatchObject({
      code: 'unauthorized',
    })
  })
})

test('LEGACY_MAC_LOGIN=open lets devices in by their name, and says so at the start and each time', async () => {
  await using own = await openAuth({ LEGACY_MAC_LOGIN: 'open' })
  const owner = await own.register('ada')
  await standInForHub(own, owner)
  expect(own.lines.filter((line) => line.includes('LEGACY_MAC_LOGIN is open'))).toHaveLength(2)
  const login = await own.bus.request(authSessions.deviceLogin, { deviceId })
  expect(login.person.userId).toBe(owner)
  expect(asked.at(-1)).toEqual({ deviceId })
  expect(own.lines.filter((line) => line.includes('by its MAC address alone'))).toHaveLength(1)
})
