import {
  Problem,
  type AppUpdate,
  type Device,
  type DeviceSettings,
  type DeviceSettingsChange,
  type DeviceStatus,
  type Person,
} from '@parley/contracts'
import type { PairingCodes } from './pairing.ts'
import type { WhoIsOnline } from './presence.ts'

/** A device that somebody owns, without what only the moment knows. */
export type OwnedDevice = Omit<Device, 'online'>

/** A binding whose device's earlier conversations are not yet known to be its owner's. */
export type OpenAdoption = { bindingId: string; deviceId: string; userId: string }

export type BindingStore = {
  /** Makes a device the user's that is nobody's, or that `from` gives away; of two at the same time, one wins. */
  bind: (binding: {
    bindingId: string
    deviceId: string
    userId: string
    from: string | undefined
    name: string | undefined
    at: Date
  }) => Promise<OwnedDevice | undefined>
  /** Releases a device of the user, with its alarms, and makes its credential void. Undefined when it is not theirs. */
  unbind: (deviceId: string, userId: string, at: Date) => Promise<{ alarms: number } | undefined>
  list: (userId: string) => Promise<OwnedDevice[]>
  find: (deviceId: string, userId: string) => Promise<OwnedDevice | undefined>
  change: (deviceId: string, userId: string, changes: DeviceChanges) => Promise<OwnedDevice | undefined>
  /** Lets the next installation that asks have the device's credential; false when the device is not the user's. */
  allowRebind: (deviceId: string, userId: string, until: Date) => Promise<boolean>
  /** Forgets that somebody ever had a device, and what they wanted of one; how much that was. */
  forget: (userId: string) => Promise<{ bindings: number; commands: number }>
  noteStatus: (deviceId: string, status: DeviceStatus) => Promise<void>
  openAdoptions: (limit: number) => Promise<OpenAdoption[]>
  markAdopted: (bindingId: string) => Promise<void>
}

type DeviceChanges = {
  name?: string | undefined
  agentId?: string | null | undefined
  settings?: DeviceSettingsChange | undefined
}

export type BindingPorts = {
  bindings: BindingStore
  codes: PairingCodes
  whoIsOnline: WhoIsOnline
  /** Whether the person whose work this is may use an agent. @throws Problem `not-found` when not. */
  checkAgent: (agentId: string) => Promise<void>
  /** Gives the conversations of an unowned device to its owner; may be repeated. */
  adopt: (deviceId: string, ownerId: string) => Promise<void>
  /** Tells whoever holds a device's connection whose it is and who answers on it. */
  announce: (
    deviceId: string,
    device: { ownerId?: string | undefined; agentId?: string | undefined; settings?: DeviceSettings | undefined },
  ) => void
  disconnect: (deviceId: string) => void
  tell: (userId: string, update: AppUpdate) => void
  onFailure: (error: unknown, what: string) => void
  newId: () => string
  now: () => Date
}

export type Bindings = {
  /** @throws Problem `not-found` for a code that no device shows, `rate-limited` after too many wrong ones, `conflict` */
  bind: (person: Person, given: { code: string; name?: string | undefined }) => Promise<Device>
  list: (person: Person) => Promise<{ devices: Device[] }>
  /** @throws Problem `not-found` for a device that is not the person's, here and below */
  read: (person: Person, deviceId: string) => Promise<Device>
  update: (person: Person, changes: DeviceChanges & { deviceId: string }) => Promise<Device>
  /** Lets an agent that is known to be the owner's to choose answer on their device. @throws Problem `not-found` */
  setAgent: (given: { deviceId: string; ownerId: string; agentId: string }) => Promise<void>
  unbind: (person: Person, deviceId: string) => Promise<{ unbound: boolean }>
  /** A code with which somebody else makes the device theirs. @throws Problem `not-found` */
  transfer: (person: Person, deviceId: string) => Promise<{ code: string; expiresAt: string }>
  /** Lets a device whose flash was erased have a credential again, for a while. @throws Problem `not-found` */
  allowRebind: (person: Person, deviceId: string) => Promise<{ until: string }>
  /** Gives up every device of somebody whose account is deleted. May be repeated. */
  erase: (userId: string) => Promise<{ devices: number; bindings: number; commands: number; alarms: number }>
  /** Finishes what a failure left undone: conversations that are not yet their owner's. */
  finishAdoptions: (signal: AbortSignal) => Promise<void>
}

const mostDevices = 100
const adoptionsAtOnce = 100
/** Somebody has to switch the device off and on meanwhile. */
const rebindMs = 15 * 60_000

/** Whose device is whose. */
export function createBindings(ports: BindingPorts): Bindings {
  const { bindings, codes, whoIsOnline, announce, tell, now } = ports

  async function withPresence(devices: OwnedDevice[]): Promise<Device[]> {
    const online = await whoIsOnline(devices.map(({ deviceId }) => deviceId)).catch((error: unknown) => {
      ports.onFailure(error, 'who is online is not known')
      return new Set<string>()
    })
    return devices.map((device) => ({ ...device, online: online.has(device.deviceId) }))
  }

  async function toDevice(owned: OwnedDevice | undefined): Promise<Device> {
    const [device] = owned ? await withPresence([owned]) : []
    if (!device) throw new Problem('not-found', 'You have no such device')
    return device
  }

  async function change(deviceId: string, ownerId: string, changes: DeviceChanges): Promise<OwnedDevice | undefined> {
    const owned = await bindings.change(deviceId, ownerId, changes)
    if (owned) announce(deviceId, { ownerId, agentId: owned.agentId, settings: owned.settings })
    return owned
  }

  async function adopt({ bindingId, deviceId, userId }: OpenAdoption): Promise<void> {
    try {
      await ports.adopt(deviceId, userId)
      await bindings.markAdopted(bindingId)
    } catch (error) {
      ports.onFailure(error, 'conversations of a device wait for their owner')
    }
  }

  return {
    bind: async ({ userId }, { code, name }) => {
      const { deviceId, from } = await codes.redeem(code, userId)
      if (from === userId) throw new Problem('conflict', 'This device is yours already')
      if ((await bindings.list(userId)).length >= mostDevices)
        throw new Problem('conflict', `You have ${mostDevices} devices already; that is the most`)
      const binding = { bindingId: ports.newId(), deviceId, userId, from, name, at: now() }
      const owned = await bindings.bind(binding)
      if (!owned) throw new Problem('conflict', 'This device has an owner already')
      // Bound is bound: nothing that fails from here on makes the person's answer a failure.
      announce(deviceId, { ownerId: userId, settings: owned.settings })
      tell(userId, { type: 'device-bound', deviceId, name: owned.name })
      if (from !== undefined) tell(from, { type: 'device-unbound', deviceId })
      await Promise.all([
        from === undefined && adopt(binding),
        codes
          .forget(deviceId, userId)
          .catch((error: unknown) => ports.onFailure(error, 'a used pairing code is not forgotten')),
      ])
      return toDevice(owned)
    },

    list: async ({ userId }) => ({ devices: await withPresence(await bindings.list(userId)) }),
    read: async ({ userId }, deviceId) => toDevice(await bindings.find(deviceId, userId)),

    update: async ({ userId }, { deviceId, ...changes }) => {
      if (changes.agentId) await ports.checkAgent(changes.agentId)
      return toDevice(await change(deviceId, userId, changes))
    },

    setAgent: async ({ deviceId, ownerId, agentId }) => {
      await toDevice(await change(deviceId, ownerId, { agentId }))
    },

    unbind: async ({ userId }, deviceId) => {
      if (!(await bindings.unbind(deviceId, userId, now()))) throw new Problem('not-found', 'You have no such device')
      ports.disconnect(deviceId)
      tell(userId, { type: 'device-unbound', deviceId })
      return { unbound: true }
    },

    transfer: async ({ userId }, deviceId) => {
      await toDevice(await bindings.find(deviceId, userId))
      const { code, leftS } = await codes.issueTransfer(deviceId, userId)
      return { code, expiresAt: new Date(now().getTime() + leftS * 1_000).toISOString() }
    },

    allowRebind: async ({ userId }, deviceId) => {
      const until = new Date(now().getTime() + rebindMs)
      if (!(await bindings.allowRebind(deviceId, userId, until)))
        throw new Problem('not-found', 'You have no such device')
      return { until: until.toISOString() }
    },

    erase: async (userId) => {
      const devices = await bindings.list(userId)
      let alarms = 0
      for (const { deviceId } of devices) {
        const unbound = await bindings.unbind(deviceId, userId, now())
        if (unbound) ports.disconnect(deviceId)
        alarms += unbound?.alarms ?? 0
      }
      return { devices: devices.length, ...(await bindings.forget(userId)), alarms }
    },

    finishAdoptions: async (signal) => {
      for (const adoption of await bindings.openAdoptions(adoptionsAtOnce)) {
        if (signal.aborted) return
        const { deviceId, userId } = adoption
        // It may have been given up since.
        if (await bindings.find(deviceId, userId)) await adopt(adoption)
      }
    },
  }
}
