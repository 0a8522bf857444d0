import { Problem, toDeviceId } from '@parley/contracts'
import { isDeviceToken, type ClientIdentity } from '@parley/device-protocol'
import type { Vision } from '../domain/device-tools.ts'
import type { Activation, DeviceStore } from '../domain/enrolment.ts'
import type { ConnectedDevice } from '../domain/session-ports.ts'

type AuthoriseSettings = {
  devices: Pick<DeviceStore, 'find'>
  tokenSecret: string
  activation: Activation
  /** Where a device sends pictures that reached this installation under that address. */
  visionAt: (deviceId: string, origin: string) => (sessionId: string) => Vision
}

/**
 * Lets a device in. Once a credential was issued for it only that one works. Where activation is required a device needs
 * an owner; where it is open, one that never asked for a credential is accepted with whatever it sends.
 * @throws Problem `bad-request` without a usable device id, `unauthorized` with a wrong credential or without an owner.
 */
export async function authoriseDevice(
  identity: ClientIdentity,
  { devices, tokenSecret, activation, visionAt }: AuthoriseSettings,
): Promise<ConnectedDevice> {
  const deviceId = toDeviceId(identity.deviceId ?? '')
  if (deviceId === undefined) {
    const issues = [{ path: 'device-id', message: 'a MAC address such as aa:bb:cc:dd:ee:ff' }]
    throw new Problem('bad-request', 'The header or query parameter "device-id" must be the MAC address', { issues })
  }
  const device = await devices.find(deviceId)
  if (activation === 'required' && device?.ownerId === undefined)
    throw new Problem('unauthorized', 'This device has no owner yet: restart it, and enter the code that it shows')
  if (!device) return { deviceId, ownerId: undefined, agentId: undefined, credentialEpoch: undefined }
  const { clientId, credentialEpoch: epoch, ownerId, agentId, chipModel, settings, origin } = device
  if (identity.token && isDeviceToken(tokenSecret, { deviceId, clientId, epoch }, identity.token))
    return {
      deviceId,
      ownerId,
      agentId,
      credentialEpoch: epoch,
      chipModel,
      settings,
      vision: origin === undefined ? undefined : visionAt(deviceId, origin),
    }
  throw new Problem('unauthorized', 'This device has a credential: restart it, so that it asks for it again')
}
