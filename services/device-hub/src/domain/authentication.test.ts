import { issueDeviceToken, makeDeviceProof } from '@parley/device-protocol'
import { beforeEach, describe, expect, test } from 'vitest'
import { InMemoryDevices } from '../../test/devices.ts'
import { createAuthenticate, type Claim } from './authentication.ts'

const tokenSecret = 's'.repeat(32)
const deviceId = '02:00:00:00:00:01'
const credential = issueDeviceToken(tokenSecret, { deviceId, clientId: 'one', epoch: 1 })
const proofBy = (by: string, nonce = 'n') => ({ nonce, signature: makeDeviceProof(by, { deviceId, nonce }) })

let devices: InMemoryDevices
let unproven: string[]
const authenticate = (claim: Partial<Claim>, { open = false } = {}) =>
  createAuthenticate(
    { devices, onUnproven: (id) => unproven.push(id) },
    { tokenSecret, unproven: open },
  )({
    deviceId,
    ...claim,
  })

beforeEach(async () => {
  devices = new InMemoryDevices()
  unproven = []
  await devices.add({ deviceId, clientId: 'one' }, {})
  devices.own(deviceId, 'ada')
})

describe('a device is believed', () => {
  test.each<[string, Partial<Claim>]>([
    ['by its credential', { credential }],
    ['by its credential and its installation', { credential, clientId: 'one' }],
    ['by a proof of it', { proof: proofBy(credential) }],
  ])('%s', async (_how, claim) => {
    expect(await authenticate(claim)).toEqual({ deviceId, ownerId: 'ada' })
    expect(unproven).toEqual([])
  })

  test('by its name alone where that is allowed, which is told', async () => {
    expect(await authenticate({}, { open: true })).toEqual({ deviceId, ownerId: 'ada' })
    expect(unproven).toEqual([deviceId])
  })
})

describe('a device is refused', () => {
  test.each<[string, Partial<Claim>]>([
    ['by its name alone', {}],
    ['with another credential', { credential: `${credential}0` }],
    ['with another installation', { credential, clientId: 'two' }],
    ['with the proof of another credential', { proof: proofBy('other') }],
    ['with the proof for another nonce', { proof: { ...proofBy(credential), nonce: 'm' } }],
    ['that nobody knows', { deviceId: '02:00:00:00:00:02', credential }],
  ])('%s', async (_how, claim) => {
    await expect(authenticate(claim)).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('by its name once it was given a credential, whatever is allowed', async () => {
    await devices.noteCredential(deviceId)
    await expect(authenticate({}, { open: true })).rejects.toMatchObject({ code: 'unauthorized' })
    expect(unproven).toEqual([])
  })
})
