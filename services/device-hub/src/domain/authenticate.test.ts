import { issueDeviceToken } from '@parley/device-protocol'
import { describe, expect, test } from 'vitest'
import { authenticateDevice, type AuthenticateSettings, type DeviceProof } from './authenticate.ts'

const tokenSecret = 's'.repeat(32)
const deviceId = 'aa:bb:cc:dd:ee:ff'
const ownerId = '019aa3c0-0000-7000-8000-0000000000aa'
const device = { deviceId, clientId: 'one', credentialEpoch: 2, ownerId, agentId: undefined }
const token = (epoch: number, clientId = 'one') => issueDeviceToken(tokenSecret, { deviceId, clientId, epoch })

type Given = { epoch?: number; known?: boolean; legacyMacLogin?: AuthenticateSettings['legacyMacLogin'] }
const authenticate = (
  proof: Omit<DeviceProof, 'deviceId'>,
  { epoch = 2, known = true, legacyMacLogin = 'off' }: Given = {},
) => {
  const find = async () => (known ? { ...device, credentialEpoch: epoch } : undefined)
  return authenticateDevice({ deviceId, ...proof }, { devices: { find }, tokenSecret, legacyMacLogin })
}

test.each<[string, Omit<DeviceProof, 'deviceId'>]>([
  ['its credential', { credential: token(2) }],
  ['its credential and the installation that it is for', { credential: token(2), clientId: 'one' }],
])('a device is who it says with %s', async (_, proof) => {
  expect(await authenticate(proof)).toEqual({ deviceId, ownerId })
})

describe('a device is refused, always in the same words', () => {
  test.each<[string, Omit<DeviceProof, 'deviceId'>, Given]>([
    ['without a credential', {}, {}],
    ['with a wrong one', { credential: 'wrong' }, {}],
    ['with one that was revoked', { credential: token(1) }, {}],
    ['with one of another installation', { credential: token(2, 'two'), clientId: 'two' }, {}],
    ['as another installation', { credential: token(2), clientId: 'two' }, {}],
    ['when nobody knows it', { credential: token(2) }, { known: false }],
    ['by name alone when it has a credential', {}, { legacyMacLogin: 'open' }],
    ['by name alone when nobody knows it', {}, { legacyMacLogin: 'open', known: false }],
    ['with the credential that nobody issued', { credential: token(0) }, { epoch: 0, legacyMacLogin: 'open' }],
    ['by name alone where that is off', {}, { epoch: 0 }],
  ])('%s', async (_, proof, given) => {
    await expect(authenticate(proof, given)).rejects.toMatchObject({
      code: 'unauthorized',
      detail: expect.stringContaining('has to prove who it is'),
    })
  })
})

test('a device without a credential is believed by name where that is open', async () => {
  expect(await authenticate({}, { epoch: 0, legacyMacLogin: 'open' })).toEqual({ deviceId, ownerId })
})
