import { Problem } from '@parley/contracts'
import { isDeviceProof, isDeviceToken, issueDeviceToken } from '@parley/device-protocol'
import type { Device, DeviceStore } from './enrolment.ts'

/** How a device says who it is to whoever asks the hub: by its credential, by a proof of it, or by its name alone. */
export type Claim = {
  deviceId: string
  clientId?: string | undefined
  credential?: string | undefined
  proof?: { nonce: string; signature: string } | undefined
}

export type AuthenticationSettings = {
  tokenSecret: string
  /** Whether a device is believed by its name alone that was never given a credential. */
  unproven: boolean
}

export type Authenticate = (claim: Claim) => Promise<{ deviceId: string; ownerId?: string | undefined }>

/**
 * Whose device it is, when it is the one that it says.
 * @returns a function that throws the same Problem `unauthorized` whatever is wrong
 */
export function createAuthenticate(
  { devices, onUnproven }: { devices: Pick<DeviceStore, 'find'>; onUnproven: (deviceId: string) => void },
  { tokenSecret, unproven }: AuthenticationSettings,
): Authenticate {
  function isProven(device: Device, { clientId: claimed, credential, proof }: Claim): boolean {
    const { deviceId, clientId, credentialEpoch: epoch } = device
    if (claimed !== undefined && claimed !== clientId) return false
    const subject = { deviceId, clientId, epoch }
    if (credential !== undefined) return isDeviceToken(tokenSecret, subject, credential)
    if (!proof) return false
    return isDeviceProof(issueDeviceToken(tokenSecret, subject), { deviceId, nonce: proof.nonce }, proof.signature)
  }

  return async (claim) => {
    const device = await devices.find(claim.deviceId)
    const byName = claim.credential === undefined && claim.proof === undefined
    const believed = device && (byName ? unproven && !device.credentialIssued : isProven(device, claim))
    if (!believed) throw new Problem('unauthorized', 'This device has to prove who it is')
    if (byName) onUnproven(claim.deviceId)
    const { deviceId, ownerId } = device
    return { deviceId, ownerId }
  }
}
