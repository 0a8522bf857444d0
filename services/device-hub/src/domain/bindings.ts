import { Problem, type AppUpdate, type Device, type Person } from '@parley/contracts'
import type { PairingCodes } from './pairing.ts'
import type { WhoIsOnline } from './presence.ts'

/** A device that somebody owns, without what only the moment knows. */
export type OwnedDevice = Omit<Device, 'online'>

/** A binding whose device's earlier conversations are not yet known to be its owner's. */
export type OpenAdoption = { bindingId: string; deviceId: string; userId: string }

export type BindingStore = {
  /** Makes an unowned device the user's; of two at the same time, one wins. */
  bind: (binding: {
    bindingId: string
    deviceId: string
    userId: string
    name: string | undefined
    at: Date
  }) => Promise<OwnedDevice | undefined>
  /** Releases a device of the user, and makes its credential void. False when it is not theirs. */
  unbind: (deviceId: string, userId: string, at: Date) => Promise<boolean>
  list: (userId: string) => Promise<OwnedDevice[]>
  find: (deviceId: string, userId: string) => Promise<OwnedDevice | undefined>
  change: (
    deviceId: string,
    userId: string,
    changes: { name?: string | undefined; agentId?: string | null | undefined },
  ) => Promise<OwnedDevice | undefined>
  openAdoptions: (limit: number) => Promise<OpenAdoption[]>
  markAdopted: (bindingId: string) => Promise<void>
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
  announce: (deviceId: string, device: { ownerId?: string | undefined; agentId?: string | undefined }) => void
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
  update: (
    person: Person,
    changes: { deviceId: string; name?: string | undefined; agentId?: string | null | undefined },
  ) => Promise<Device>
  unbind: (person: Person, deviceId: string) => Promise<{ unbound: boolean }>
  /** Finishes what a failure left undone: conversations that are not yet their owner's. */
  finishAdoptions: (signal: AbortSignal) => Promise<void>
}

const mostDevices = 100
const adoptionsAtOnce = 100

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
      const deviceId = await codes.redeem(code, userId)
      if ((await bindings.list(userId)).length >= mostDevices)
        throw new Problem('conflict', `You have ${mostDevices} devices already; that is the most`)
      const binding = { bindingId: ports.newId(), deviceId, userId, name, at: now() }
      const owned = await bindings.bind(binding)
      if (!owned) throw new Problem('conflict', 'This device has an owner already')
      // Bound is bound: nothing that fails from here on makes the person's answer a failure.
      announce(deviceId, { ownerId: userId })
      tell(userId, { type: 'device-bound', deviceId, name: owned.name })
      await Promise.all([
        adopt(binding),
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
      const owned = await bindings.change(deviceId, userId, changes)
      if (owned) announce(deviceId, { ownerId: userId, agentId: owned.agentId })
      return toDevice(owned)
    },

    unbind: async ({ userId }, deviceId) => {
      if (!(await bindings.unbind(deviceId, userId, now()))) throw new Problem('not-found', 'You have no such device')
      ports.disconnect(deviceId)
      tell(userId, { type: 'device-unbound', deviceId })
      return { unbound: true }
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
