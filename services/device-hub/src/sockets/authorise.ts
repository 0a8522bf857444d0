import { Problem, toDeviceId } from '@parley/contracts'
import { isDeviceToken, type ClientIdentity } from '@parley/device-protocol'
import type { DeviceStore } from '../domain/enrolment.ts'

/**
 * Lets a device in. Once a credential was issued for it only that one works; a device that never asked for one is
 * accepted with whatever it sends.
 * @throws Problem `bad-request` without a usable device id, `unauthorized` with a wrong credential.
 */
export async function authoriseDevice(
  identity: ClientIdentity,
  { devices, tokenSecret }: { devices: Pick<DeviceStore, 'find'>; tokenSecret: string },
): Promise<string> {
  const deviceId = toDeviceId(identity.deviceId ?? '')
  if (deviceId === undefined) {
    const issues = [{ path: 'device-id', message: 'a MAC address such as aa:bb:cc:dd:ee:ff' }]
    throw new Problem('bad-request', 'The header or query parameter "device-id" must be the MAC address', { issues })
  }
  const device = await devices.find(deviceId)
  if (!device) return deviceId
  const { clientId, credentialEpoch: epoch } = device
  if (identity.token && isDeviceToken(tokenSecret, { deviceId, clientId, epoch }, identity.token)) return deviceId
  throw new Problem('unauthorized', 'This device has a credential: restart it, so that it asks for it again')
}
