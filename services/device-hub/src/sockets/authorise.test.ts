import { issueDeviceToken } from '@parley/device-protocol'
import { describe, expect, test } from 'vitest'
import { InMemoryDevices } from '../../test/devices.ts'
import { visionUrls } from '../domain/vision.ts'
import { authoriseDevice } from './authorise.ts'

const deviceId = 'aa:bb:cc:dd:ee:ff'
const tokenSecret = 's'.repeat(32)
const unowned = { deviceId, ownerId: undefined, agentId: undefined, credentialEpoch: undefined }
const known = { deviceId, clientId: 'one' }

async function letIn(
  given: { deviceId?: string; token?: string },
  devices = new InMemoryDevices(),
  activation: 'open' | 'required' = 'open',
) {
  const identity = { deviceId, clientId: 'one', token: undefined, protocolVersion: '1', ...given }
  return authoriseDevice(identity, { devices, tokenSecret, activation, visionAt: visionUrls(tokenSecret) })
}

async function registered() {
  const devices = new InMemoryDevices()
  const device = await devices.add(known, {})
  return { devices, token: issueDeviceToken(tokenSecret, { ...known, epoch: device.credentialEpoch }) }
}

describe('a device that never asked for a credential', () => {
  test('is let in with whatever it sends, under its normalised name', async () => {
    expect(await letIn({ deviceId: 'AA-BB-CC-DD-EE-FF', token: 'anything' })).toEqual(unowned)
    expect(await letIn({})).toEqual(unowned)
  })

  test.each(['', 'me', 'aa:bb:cc:dd:ee', 'aa:bb:cc:dd:ee:ff:00', '../../etc', '*'])(
    'needs a name: %j',
    async (name) => {
      await expect(letIn({ deviceId: name })).rejects.toMatchObject({
        code: 'bad-request',
        issues: [{ path: 'device-id' }],
      })
    },
  )
})

describe('a device with a credential', () => {
  test('is let in with it', async () => {
    const { devices, token } = await registered()
    expect(await letIn({ token }, devices)).toMatchObject({ ...unowned, credentialEpoch: 1 })
  })

  test('is not let in without it, with another or with that of another device', async () => {
    const { devices, token } = await registered()
    const others = issueDeviceToken(tokenSecret, { ...known, deviceId: '00:00:00:00:00:00', epoch: 1 })
    for (const wrong of [undefined, '', 'anything', `${token}x`, others]) {
      await expect(letIn({ ...(wrong !== undefined && { token: wrong }) }, devices)).rejects.toMatchObject({
        code: 'unauthorized',
      })
    }
  })

  test('is not let in with one that was revoked', async () => {
    const { devices, token } = await registered()
    await devices.rebind((await devices.find(deviceId))!, 'two')
    await expect(letIn({ token }, devices)).rejects.toMatchObject({ code: 'unauthorized' })
  })
})

describe('where an owner is required', () => {
  test.each([
    ['that never asked', async () => new InMemoryDevices()],
    ['that nobody owns', async () => (await registered()).devices],
  ])('a device %s is not let in, whatever it sends', async (_which, make) => {
    const { token } = await registered()
    await expect(letIn({ token }, await make(), 'required')).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('a device with an owner is let in, and who it belongs to is known', async () => {
    const { devices, token } = await registered()
    devices.own(deviceId, 'ada')
    expect(await letIn({ token }, devices, 'required')).toMatchObject({
      deviceId,
      ownerId: 'ada',
      agentId: undefined,
      credentialEpoch: 1,
    })
  })
})
