import { z } from 'zod'
import { request } from './contract.ts'
import { DeviceId } from './ids.ts'
import { FirmwareChannel, FirmwareOutcome } from './device-status.ts'

/** How the flash of a device is divided: an image of one layout does not fit the other. */
export const PartitionLayout = z.enum(['v1', 'v2'])
export type PartitionLayout = z.infer<typeof PartitionLayout>

const BoardType = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a board type such as bread-compact-wifi')

/** An image for devices of one board, and who of them is offered it. */
export const FirmwareRelease = z.object({
  releaseId: z.uuid(),
  boardType: z.string(),
  layout: PartitionLayout,
  channel: FirmwareChannel,
  /** As the image says. */
  version: z.string(),
  size: z.number().int(),
  sha256: z.string(),
  notes: z.string(),
  /** Of the devices that it is for, this share is offered it. */
  percent: z.number().int().min(0).max(100),
  paused: z.boolean(),
  createdAt: z.iso.datetime(),
  /** How many devices were offered it, and what became of it there. */
  outcomes: z.partialRecord(FirmwareOutcome.shape.state, z.number().int()),
})
export type FirmwareRelease = z.infer<typeof FirmwareRelease>

const OneRelease = z.object({ releaseId: z.uuid() })

/** One device of the whole installation, as operators see it. */
export const InstalledDevice = z.object({
  deviceId: DeviceId,
  owned: z.boolean(),
  boardType: z.string().optional(),
  chipModel: z.string().optional(),
  layout: PartitionLayout.optional(),
  firmwareVersion: z.string().optional(),
  firmware: FirmwareOutcome.optional(),
  online: z.boolean(),
  lastSeenAt: z.iso.datetime(),
})
export type InstalledDevice = z.infer<typeof InstalledDevice>

export const deviceFirmware = {
  /**
   * Makes a release of an image in the object store, offered to nobody yet. Its header is checked, and it is deleted when it is
   * no image, or was there already.
   */
  addFirmware: request('device.v1.add-firmware', {
    input: z.object({
      imageKey: z.string().max(256),
      boardType: BoardType,
      layout: PartitionLayout,
      channel: FirmwareChannel.default('stable'),
      notes: z.string().max(2_000).default(''),
    }),
    output: FirmwareRelease,
    timeoutMs: 30_000,
    access: 'admin',
  }),
  listFirmware: request('device.v1.list-firmware', {
    input: z.object({ boardType: BoardType.optional(), limit: z.number().int().min(1).max(100) }),
    output: z.object({ releases: z.array(FirmwareRelease) }),
    timeoutMs: 5_000,
    access: 'admin',
  }),
  /** Offers a release to more or fewer devices, or to none for now. */
  rollOut: request('device.v1.roll-out', {
    input: OneRelease.extend({
      percent: z.number().int().min(0).max(100).optional(),
      paused: z.boolean().optional(),
      channel: FirmwareChannel.optional(),
    }),
    output: FirmwareRelease,
    timeoutMs: 5_000,
    access: 'admin',
  }),
  removeFirmware: request('device.v1.remove-firmware', {
    input: OneRelease,
    output: z.object({ removed: z.boolean() }),
    timeoutMs: 10_000,
    access: 'admin',
  }),
  /** Every device, by its name; `after` pages on. */
  listInstalled: request('device.v1.list-installed', {
    input: z.object({ after: DeviceId.optional(), limit: z.number().int().min(1).max(100) }),
    output: z.object({ devices: z.array(InstalledDevice), next: DeviceId.optional() }),
    timeoutMs: 5_000,
    access: 'admin',
  }),
}
