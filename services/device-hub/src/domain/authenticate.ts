import { Problem } from '@parley/contracts'
import { isDeviceToken } from '@parley/device-protocol'
import type { DeviceStore } from './enrolment.ts'

/** How a device says who it is when it does not connect: its name, and what proves it. */
export type DeviceProof = { deviceId: string; clientId?: string | undefined; credential?: string | undefined }

export type AuthenticateSettings = {
  devices: Pick<DeviceStore, 'find'>
  tokenSecret: string
  /** `open` believes a device's name alone, as older installs did, as long as no credential was ever issued for it. */
  legacyMacLogin: 'off' | 'open'
}

/**
 * Whose a device is, once it has proved who it is: by its credential, which is for the installation (Client-Id) that asked
 * for it. The registry issues one to every device that asks for its configuration; the ones without (epoch 0) are those
 * that were brought over from an older install and have not asked since. Only they can be believed by name.
 * @throws Problem `unauthorized`, the same for whatever is wrong, so that nobody learns which devices there are
 */
export async function authenticateDevice(
  { deviceId, clientId, credential }: DeviceProof,
  { devices, tokenSecret, legacyMacLogin }: AuthenticateSettings,
): Promise<{ deviceId: string; ownerId: string | undefined }> {
  const device = await devices.find(deviceId)
  if (device && credential !== undefined) {
    const { clientId: boundTo, credentialEpoch: epoch, ownerId } = device
    const fits = clientId === undefined || clientId === boundTo
    if (fits && epoch > 0 && isDeviceToken(tokenSecret, { deviceId, clientId: boundTo, epoch }, credential))
      return { deviceId, ownerId }
  } else if (device && legacyMacLogin === 'open' && device.credentialEpoch === 0) {
    return { deviceId, ownerId: device.ownerId }
  }
  throw new Problem('unauthorized', 'The device has to prove who it is, by the credential that it got at its start')
}
