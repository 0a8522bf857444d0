import { createHash } from 'node:crypto'
import {
  Problem,
  type FirmwareChannel,
  type FirmwareOutcome,
  type FirmwareRelease,
  type InstalledDevice,
  type PartitionLayout,
} from '@parley/contracts'
import { compareVersions, isComparableVersion, readFirmwareImage } from '@parley/device-protocol'

/** A release as it is kept; how it went is counted from the devices. */
export type Release = Omit<FirmwareRelease, 'outcomes'> & {
  imageKey: string
  etag: string
  chip: string
  createdBy: string
}

/** Which release a device was offered last, and what became of it. */
export type Offer = { releaseId: string; version: string; state: FirmwareOutcome['state'] }

export type FirmwareStore = {
  /** Undefined when there is one of this version for the board and layout already. */
  add: (release: Release) => Promise<Release | undefined>
  find: (releaseId: string) => Promise<Release | undefined>
  /** The newest first. */
  list: (boardType: string | undefined, limit: number) => Promise<Release[]>
  /** Those that are offered to anybody at the moment. */
  offered: (boardType: string, layout: PartitionLayout) => Promise<Release[]>
  change: (releaseId: string, changes: Changes) => Promise<Release | undefined>
  remove: (releaseId: string) => Promise<Release | undefined>
  countOutcomes: (releaseIds: string[]) => Promise<Map<string, FirmwareRelease['outcomes']>>
  offerOf: (deviceId: string) => Promise<Offer | undefined>
  noteOffer: (deviceId: string, offer: Offer, at: Date) => Promise<void>
  listInstalled: (after: string | undefined, limit: number) => Promise<Omit<InstalledDevice, 'online'>[]>
}

type Changes = { percent?: number | undefined; paused?: boolean | undefined; channel?: FirmwareChannel | undefined }

/** An image in the object store. */
export type ImageStore = {
  /** Its first bytes, its length and a hash of all of it; undefined when there is none. */
  inspect: (imageKey: string) => Promise<{ head: Uint8Array; size: number; sha256: string; etag: string } | undefined>
  remove: (imageKey: string) => Promise<void>
}

export type FirmwarePorts = {
  store: FirmwareStore
  images: ImageStore
  whoIsOnline: (deviceIds: string[]) => Promise<Set<string>>
  newId: () => string
  now: () => Date
}

type NewImage = {
  imageKey: string
  boardType: string
  layout: PartitionLayout
  channel: FirmwareChannel
  notes: string
}

export type Firmware = {
  /** @throws Problem `not-found`, `bad-request` for what is no image, `conflict` for a version that is there */
  add: (userId: string, image: NewImage) => Promise<FirmwareRelease>
  list: (boardType: string | undefined, limit: number) => Promise<{ releases: FirmwareRelease[] }>
  /** @throws Problem `not-found` */
  rollOut: (releaseId: string, changes: Changes) => Promise<FirmwareRelease>
  /** @throws Problem `not-found` */
  remove: (releaseId: string) => Promise<{ removed: boolean }>
  listInstalled: (after: string | undefined, limit: number) => Promise<{ devices: InstalledDevice[]; next?: string }>
  /** What a device that starts is offered, after it was noted what became of the last offer. */
  offer: (device: StartingDevice) => Promise<Release | undefined>
  find: (releaseId: string) => Promise<Release | undefined>
  /** A device has all of an image. */
  noteDownload: (deviceId: string, releaseId: string) => Promise<void>
}

/** What a device says of itself when it starts, and what its owner set. */
export type StartingDevice = {
  deviceId: string
  boardType: string | undefined
  layout: PartitionLayout | undefined
  chipModel: string | undefined
  firmwareVersion: string | undefined
  channel: FirmwareChannel
  autoUpdate: boolean
}

/** Images and who is offered them. */
export function createFirmware({ store, images, whoIsOnline, newId, now }: FirmwarePorts): Firmware {
  async function withOutcomes(releases: Release[]): Promise<FirmwareRelease[]> {
    const outcomes = await store.countOutcomes(releases.map(({ releaseId }) => releaseId))
    return releases.map(({ imageKey: _key, etag: _etag, chip: _chip, createdBy: _by, ...release }) => ({
      ...release,
      outcomes: outcomes.get(release.releaseId) ?? {},
    }))
  }

  async function view(release: Release | undefined): Promise<FirmwareRelease> {
    const [viewed] = release ? await withOutcomes([release]) : []
    if (!viewed) throw new Problem('not-found', 'There is no such release')
    return viewed
  }

  async function make(userId: string, { imageKey, ...about }: NewImage): Promise<Release> {
    const found = await images.inspect(imageKey)
    if (!found) throw new Problem('not-found', 'There is no such image')
    const { head, size, sha256, etag } = found
    const image = readFirmwareImage(head)
    if (!image) throw new Problem('bad-request', 'The file is no application image of an ESP chip')
    const { version, chip } = image
    if (!isComparableVersion(version))
      throw new Problem('bad-request', `Devices cannot compare the image's version "${version}": digits and dots only`)
    const release = { releaseId: newId(), ...about, imageKey, version, chip, size, sha256, etag }
    const at = { percent: 0, paused: false, createdAt: now().toISOString(), createdBy: userId }
    const added = await store.add({ ...release, ...at })
    if (!added) throw new Problem('conflict', `There is a release ${version} for this board and layout already`)
    return added
  }

  /** What became of the last offer is seen from what the device runs now. */
  async function settle({ deviceId, firmwareVersion }: StartingDevice): Promise<Offer | undefined> {
    const offer = await store.offerOf(deviceId)
    if (!offer || offer.state === 'installed' || offer.state === 'refused') return offer
    if (firmwareVersion === undefined) return offer
    const installed = compareVersions(firmwareVersion, offer.version) === 0
    if (!installed && offer.state === 'offered') return offer
    const settled: Offer = { ...offer, state: installed ? 'installed' : 'refused' }
    await store.noteOffer(deviceId, settled, now())
    return settled
  }

  return {
    add: async (userId, image) => {
      try {
        return await view(await make(userId, image))
      } catch (error) {
        if (error instanceof Problem && error.status < 500) await images.remove(image.imageKey)
        throw error
      }
    },
    list: async (boardType, limit) => ({ releases: await withOutcomes(await store.list(boardType, limit)) }),
    rollOut: async (releaseId, changes) => view(await store.change(releaseId, changes)),
    remove: async (releaseId) => {
      const removed = await store.remove(releaseId)
      if (!removed) throw new Problem('not-found', 'There is no such release')
      await images.remove(removed.imageKey)
      return { removed: true }
    },
    listInstalled: async (after, limit) => {
      const found = await store.listInstalled(after, limit)
      const online = await whoIsOnline(found.map(({ deviceId }) => deviceId))
      const devices = found.map((device) => ({ ...device, online: online.has(device.deviceId) }))
      const last = found.length === limit ? found.at(-1) : undefined
      return { devices, ...(last && { next: last.deviceId }) }
    },
    offer: async (device) => {
      const { deviceId, boardType, layout, firmwareVersion, autoUpdate } = device
      const last = await settle(device)
      if (!autoUpdate || boardType === undefined || layout === undefined || firmwareVersion === undefined)
        return undefined
      const release = chooseRelease(await store.offered(boardType, layout), device, last)
      if (!release) return undefined
      const { releaseId, version } = release
      if (last?.releaseId !== releaseId)
        await store.noteOffer(deviceId, { releaseId, version, state: 'offered' }, now())
      return release
    },
    find: store.find,
    noteDownload: async (deviceId, releaseId) => {
      const offer = await store.offerOf(deviceId)
      if (offer?.releaseId === releaseId && offer.state === 'offered')
        await store.noteOffer(deviceId, { ...offer, state: 'downloaded' }, now())
    },
  }
}

/**
 * Of the releases for a device's board and layout the newest one that is newer than what it runs, of its channel, for its chip, and
 * rolled out as far as to it. Never an older one; never one that the device has come back without.
 */
export function chooseRelease(
  offered: readonly Release[],
  device: Pick<StartingDevice, 'deviceId' | 'chipModel' | 'firmwareVersion' | 'channel'>,
  last: Offer | undefined,
): Release | undefined {
  const { deviceId, chipModel, firmwareVersion = '', channel } = device
  const chip = chipModel?.toLowerCase().replaceAll('-', '')
  const fitting = offered.filter(
    (release) =>
      !release.paused &&
      (release.channel === 'stable' || channel === 'beta') &&
      (chip === undefined || release.chip === 'unknown' || release.chip === chip) &&
      compareVersions(release.version, firmwareVersion) > 0 &&
      !(last?.state === 'refused' && last.releaseId === release.releaseId) &&
      placeOf(deviceId, release.releaseId) < release.percent,
  )
  return fitting.toSorted((one, other) => compareVersions(other.version, one.version))[0]
}

/** Where a device stands in the queue of a release, from 0 to below 100: the same each time, and another one for each release. */
function placeOf(deviceId: string, releaseId: string): number {
  return (createHash('sha256').update(`${releaseId}|${deviceId}`).digest().readUInt32BE() / 2 ** 32) * 100
}
