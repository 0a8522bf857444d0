import type { Device, DeviceFacts, DeviceStore } from '../src/domain/enrolment.ts'

/** A device that has just been added. */
export function newDevice(about: Partial<Device> & { deviceId: string }): Device {
  return {
    clientId: 'one',
    credentialEpoch: 1,
    credentialIssued: false,
    ownerId: undefined,
    agentId: undefined,
    chipModel: undefined,
    settings: {},
    rebindUntil: undefined,
    origin: undefined,
    ...about,
  }
}

/** The registry in memory; every answer comes a moment later, as from a database. */
export class InMemoryDevices implements DeviceStore {
  readonly facts = new Map<string, DeviceFacts>()
  readonly #devices = new Map<string, Device>()

  find = async (deviceId: string) => this.#devices.get(deviceId)

  add = async ({ deviceId, clientId }: { deviceId: string; clientId: string }, facts: DeviceFacts) => {
    const device = this.#devices.get(deviceId) ?? newDevice({ deviceId, clientId })
    this.#devices.set(deviceId, device)
    this.facts.set(deviceId, facts)
    return device
  }

  updateFacts = async (deviceId: string, facts: DeviceFacts) => {
    this.facts.set(deviceId, facts)
  }

  rebind = async (device: Device, clientId: string) => {
    const now = this.#devices.get(device.deviceId)
    if (now?.credentialEpoch !== device.credentialEpoch || now.ownerId !== device.ownerId) return undefined
    const rebound = { ...now, clientId, credentialEpoch: now.credentialEpoch + 1, rebindUntil: undefined }
    this.#devices.set(device.deviceId, rebound)
    return rebound
  }

  noteCredential = async (deviceId: string) => {
    const device = this.#devices.get(deviceId)
    if (device) this.#devices.set(deviceId, { ...device, credentialIssued: true })
  }

  findAll = async (deviceIds: string[]) => deviceIds.flatMap((deviceId) => this.#devices.get(deviceId) ?? [])

  touch = async () => undefined

  own(deviceId: string, ownerId: string) {
    this.change(deviceId, { ownerId })
  }

  change(deviceId: string, changes: Partial<Device>) {
    const device = this.#devices.get(deviceId)
    if (device) this.#devices.set(deviceId, { ...device, ...changes })
  }
}
