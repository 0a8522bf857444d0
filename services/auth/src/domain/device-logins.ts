import { Problem, type Login } from '@parley/contracts'
import type { AuditTrail } from './audit-trail.ts'
import type { Random } from './ports.ts'
import type { Sessions, Wish } from './sessions.ts'

/** What a device shows: the nonce that it was given, and its credential's signature over it. */
export type DeviceProof = { nonce: string; signature: string }

export type NonceStore = {
  save: (nonce: string, deviceId: string, ttlS: number) => Promise<void>
  /** Which device a nonce was made for; of two who come with it, one learns it. */
  take: (nonce: string) => Promise<string | undefined>
}

export type DeviceLoginPorts = {
  nonces: NonceStore
  /**
   * Whose device it is, if it is the one that it says: by its proof, or without one where the hub lets such devices in.
   * @throws Problem `unauthorized`
   */
  authenticate: (deviceId: string, proof: DeviceProof | undefined) => Promise<{ ownerId?: string | undefined }>
  /** Called whenever a device is let in without a proof. */
  onUnproven: (deviceId: string) => void
  audit: AuditTrail
  random: Random
  now: () => Date
}

export type DeviceLogins = {
  nonce: (deviceId: string) => Promise<{ nonce: string; expiresAt: string }>
  /** @throws Problem `unauthorized`, the same for an unknown device, a wrong proof and one that nobody owns */
  logIn: (given: { deviceId: string; proof?: DeviceProof | undefined } & Wish) => Promise<Login>
}

const nonceLifeS = 60

/**
 * Lets a device log in for its owner.
 * @param settings.unproven whether one that never had a credential may come without a proof, as older firmware does
 */
export function createDeviceLogins(
  sessions: Pick<Sessions, 'begin'>,
  { nonces, authenticate, onUnproven, audit, random, now }: DeviceLoginPorts,
  { unproven }: { unproven: boolean },
): DeviceLogins {
  async function ownerOf(deviceId: string, proof: DeviceProof | undefined): Promise<string> {
    if (proof) {
      if ((await nonces.take(proof.nonce)) !== deviceId) throw refused()
    } else if (!unproven) throw refused()
    const { ownerId } = await authenticate(deviceId, proof)
    if (ownerId === undefined) throw refused()
    return ownerId
  }

  return {
    nonce: async (deviceId) => {
      const nonce = random.newToken()
      await nonces.save(nonce, deviceId, nonceLifeS)
      return { nonce, expiresAt: new Date(now().getTime() + nonceLifeS * 1_000).toISOString() }
    },

    logIn: async ({ deviceId, proof, ...wish }) => {
      const userId = await ownerOf(deviceId, proof).catch(async (error: unknown) => {
        if (error instanceof Problem && error.code === 'unauthorized')
          await audit.record({
            action: 'device-login.refused',
            target: { kind: 'device', id: deviceId },
            outcome: error.code,
          })
        throw error
      })
      if (!proof) onUnproven(deviceId)
      return sessions.begin({ userId, method: proof ? 'device' : 'device-unproven' }, wish)
    },
  }
}

function refused(): Problem {
  return new Problem('unauthorized', 'This device cannot log in')
}
