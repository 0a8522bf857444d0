import { deviceCommands, deviceFirmware, FirmwareChannel, PartitionLayout, Problem } from '@parley/contracts'
import { receiveForm, type ObjectStore } from '@parley/object-store'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { CommandBody } from './device-controls.ts'
import { AnyDeviceId } from './devices.ts'
import { asking, PageLimit, personOf, serving, type Exchange, type Route } from './route.ts'

const own = { tag: 'Firmware', auth: 'admin', scope: 'admin' } as const
const OneRelease = z.object({ releaseId: z.uuid() })
const BoardType = z.string().min(1).max(64)

/** The largest application slot of any layout has 6 MB; some boards have more flash. */
const mostBytes = 16 * 1024 * 1024

const NewRelease = z.object({
  boardType: BoardType,
  layout: PartitionLayout,
  channel: FirmwareChannel.default('stable'),
  notes: z.string().max(2_000).default(''),
})

/** What operators do with devices and their firmware. */
export const firmwareRoutes: Route[] = [
  serving({
    ...own,
    stepUp: true,
    method: 'post',
    path: '/api/v1/admin/firmware',
    operationId: 'addFirmware',
    summary: 'Store an image (the form field `file`) as a release, offered to nobody yet',
    query: NewRelease,
    rate: 'upload',
    bodyKind: 'multipart',
    contract: deviceFirmware.addFirmware,
    answer: { status: 201, schema: deviceFirmware.addFirmware.output },
    handle: addFirmware,
  }),
  asking({
    ...own,
    method: 'get',
    path: '/api/v1/admin/firmware',
    operationId: 'listFirmware',
    summary: 'Releases, the newest first, and how they go',
    query: z.object({ boardType: BoardType.optional(), limit: PageLimit }),
    contract: deviceFirmware.listFirmware,
    ask: ({ query }) => query,
  }),
  asking({
    ...own,
    stepUp: true,
    method: 'patch',
    path: '/api/v1/admin/firmware/:releaseId',
    operationId: 'rollOutFirmware',
    summary: 'Offer a release to more or fewer devices, or pause it',
    params: OneRelease,
    body: z.object({
      percent: z.number().int().min(0).max(100).optional(),
      paused: z.boolean().optional(),
      channel: FirmwareChannel.optional(),
    }),
    contract: deviceFirmware.rollOut,
    ask: ({ params, body }) => ({ ...params, ...body }),
  }),
  asking({
    ...own,
    stepUp: true,
    method: 'delete',
    path: '/api/v1/admin/firmware/:releaseId',
    operationId: 'removeFirmware',
    summary: 'Delete a release and its image',
    params: OneRelease,
    contract: deviceFirmware.removeFirmware,
    ask: ({ params }) => params,
  }),
  asking({
    ...own,
    method: 'get',
    path: '/api/v1/admin/devices',
    operationId: 'listInstalledDevices',
    summary: 'Every device, what it runs, and what became of its last firmware',
    query: z.object({ after: AnyDeviceId.optional(), limit: PageLimit }),
    contract: deviceFirmware.listInstalled,
    ask: ({ query }) => query,
  }),
  asking({
    ...own,
    stepUp: true,
    method: 'post',
    path: '/api/v1/admin/devices/:deviceId/commands',
    operationId: 'operateDevice',
    summary: 'Give any device a command, now or when it is back',
    params: z.object({ deviceId: AnyDeviceId }),
    body: CommandBody,
    contract: deviceCommands.operate,
    ask: ({ params, body }) => ({ ...params, ...body }),
    status: 202,
  }),
]

type NewFirmware = Exchange<unknown, z.output<typeof NewRelease>>

async function addFirmware({ bus, store, request, query, person, signal }: NewFirmware) {
  const metadata = { kind: 'firmware', owner: personOf({ person }).userId }
  const take = (file: Readable) => storeImage(file, { store, metadata, signal })
  const { file } = await receiveForm(request, { maxBytes: mostBytes, take })
  const { key: imageKey } = file
  try {
    return await bus.request(deviceFirmware.addFirmware, { ...query, imageKey }, { signal })
  } catch (error) {
    // What was refused is deleted by whoever refused it; of a question that nobody answered nothing shall stay either.
    if (!(error instanceof Problem) || error.status >= 500) await store.delete(imageKey)
    throw error
  }
}

function storeImage(
  file: Readable,
  { store, ...given }: { store: ObjectStore; metadata: Record<string, string>; signal: AbortSignal },
) {
  const { metadata, signal } = given
  const about = { retention: 'permanent' as const, name: 'firmware.bin', contentType: 'application/octet-stream' }
  return store.put({ ...about, metadata, body: file, maxBytes: mostBytes }, { signal })
}
