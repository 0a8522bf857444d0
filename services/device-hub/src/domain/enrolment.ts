import type { DeviceSettings, PartitionLayout } from '@parley/contracts'

/** Whether a device needs an owner before it may talk. */
export type Activation = 'open' | 'required'

/** A device as the registry knows it. */
export type Device = {
  deviceId: string
  /** The installation that the credential is bound to; empty for firmware that has none. */
  clientId: string
  /** Counts its credentials; 0 for a device that was brought over from an older install, which had none. */
  credentialEpoch: number
  /** Whether it was ever given one: a device that waits for its owner was not yet. */
  credentialIssued: boolean
  ownerId: string | undefined
  /** Who answers on it; the default agent without one. */
  agentId: string | undefined
  chipModel: string | undefined
  settings: DeviceSettings
  /** Until then its owner lets another installation have its credential. */
  rebindUntil: Date | undefined
  /** Under which address it reached this installation. */
  origin: string | undefined
}

/** What a device said of itself, for the registry. */
export type DeviceFacts = {
  boardType?: string | undefined
  boardName?: string | undefined
  chipModel?: string | undefined
  firmwareVersion?: string | undefined
  layout?: PartitionLayout | undefined
  origin?: string | undefined
}

export type DeviceStore = {
  find: (deviceId: string) => Promise<Device | undefined>
  /** Adds a device with epoch 1, or gives the one that is there: the first to ask wins. */
  add: (device: { deviceId: string; clientId: string }, facts: DeviceFacts) => Promise<Device>
  updateFacts: (deviceId: string, facts: DeviceFacts) => Promise<void>
  /** Binds the credential to another installation, revokes the old one, and ends the owner's leave to do so; undefined when someone else was faster. */
  rebind: (device: Device, clientId: string) => Promise<Device | undefined>
  /** Notes that a device is given its credential. */
  noteCredential: (deviceId: string) => Promise<void>
  /** Those of these devices that the registry knows. */
  findAll: (deviceIds: string[]) => Promise<Device[]>
  /** Notes when devices were last seen. */
  touch: (deviceIds: string[]) => Promise<void>
}

export type Enrolment =
  | { device: Device; outcome: 'new' | 'known' | 'rebound' }
  /** Another installation holds the credential, and the device has an owner to ask. */
  | { device: Device; outcome: 'refused' }

/**
 * Registers a device that asks for its configuration. Its credential belongs to the installation (Client-Id) that asked
 * first. A device whose flash was erased comes back with another one: without an owner it is bound anew and the old
 * credential dies; with an owner only the owner may say so, and then for a while. One that was brought over from an older install with its owner
 * gets none by asking: whoever knows its name could ask.
 */
export async function enrol(
  store: DeviceStore,
  asking: { deviceId: string; clientId: string },
  facts: DeviceFacts,
  now: Date,
): Promise<Enrolment> {
  const found = await store.find(asking.deviceId)
  const device = found ?? (await store.add(asking, facts))
  if (device.clientId === asking.clientId && device.credentialEpoch > 0) {
    if (found) await store.updateFacts(device.deviceId, facts)
    return { device, outcome: found ? 'known' : 'new' }
  }
  if (device.ownerId !== undefined && !(device.rebindUntil && device.rebindUntil > now))
    return { device, outcome: 'refused' }
  const rebound = await store.rebind(device, asking.clientId)
  if (!rebound) {
    // Someone was faster; a device that asks twice at once is itself that someone.
    const found = await store.find(asking.deviceId)
    return found?.clientId === asking.clientId ? { device: found, outcome: 'known' } : { device, outcome: 'refused' }
  }
  await store.updateFacts(device.deviceId, facts)
  return { device: rebound, outcome: 'rebound' }
}
