import { FirmwareChannel, FirmwareOutcome, PartitionLayout } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { FirmwareStore, Release } from '../domain/firmware.ts'
import type { Firmware as FirmwareRow, PrismaClient } from './generated/client.ts'
import { outcomeOf } from './prisma-binding-store.ts'

/** Releases of firmware, and what devices made of them, in PostgreSQL. */
export function createFirmwareStore(database: PrismaClient): FirmwareStore {
  const newestFirst = { createdAt: 'desc' } as const

  const add = async ({ releaseId, createdAt, ...release }: Release) => {
    const data = [{ id: releaseId, createdAt: new Date(createdAt), ...release }]
    const { count } = await database.firmware.createMany({ data, skipDuplicates: true })
    return count === 1 ? { releaseId, createdAt, ...release } : undefined
  }

  const countOutcomes: FirmwareStore['countOutcomes'] = async (releaseIds) => {
    const where = { releaseId: { in: releaseIds } }
    const counted = await database.device.groupBy({ by: ['releaseId', 'offeredState'], where, _count: true })
    const outcomes: Awaited<ReturnType<FirmwareStore['countOutcomes']>> = new Map()
    for (const { releaseId, offeredState, _count: count } of counted) {
      const state = FirmwareOutcome.shape.state.safeParse(offeredState).data
      if (releaseId !== null && state) outcomes.set(releaseId, { ...outcomes.get(releaseId), [state]: count })
    }
    return outcomes
  }

  const offerOf: FirmwareStore['offerOf'] = async (deviceId) => {
    const row = await database.device.findUnique({ where: { id: deviceId } })
    const outcome = row && outcomeOf(row)
    return outcome && row.releaseId !== null ? { releaseId: row.releaseId, ...outcome } : undefined
  }

  const listInstalled: FirmwareStore['listInstalled'] = async (after, limit) => {
    const where = after === undefined ? {} : { id: { gt: after } }
    const rows = await database.device.findMany({ where, orderBy: { id: 'asc' }, take: limit })
    return rows.map((row) => {
      const firmware = outcomeOf(row)
      const layout = PartitionLayout.safeParse(row.layout).data
      return {
        deviceId: row.id,
        owned: row.ownerId !== null,
        ...(row.boardType !== null && { boardType: row.boardType }),
        ...(row.chipModel !== null && { chipModel: row.chipModel }),
        ...(layout && { layout }),
        ...(row.firmwareVersion !== null && { firmwareVersion: row.firmwareVersion }),
        ...(firmware && { firmware }),
        lastSeenAt: row.lastSeenAt.toISOString(),
      }
    })
  }

  return {
    add: (release) => add(release).catch(rethrowDatabaseError),
    find: async (id) => {
      const row = await database.firmware.findUnique({ where: { id } }).catch(rethrowDatabaseError)
      return row ? toRelease(row) : undefined
    },
    list: async (boardType, take) => {
      const where = boardType === undefined ? {} : { boardType }
      return (await database.firmware.findMany({ where, orderBy: newestFirst, take })).map(toRelease)
    },
    offered: async (boardType, layout) => {
      const where = { boardType, layout, paused: false, percent: { gt: 0 } }
      return (await database.firmware.findMany({ where, orderBy: newestFirst, take: 100 })).map(toRelease)
    },
    change: async (id, { percent, paused, channel }) => {
      const data = {
        ...(percent !== undefined && { percent }),
        ...(paused !== undefined && { paused }),
        ...(channel !== undefined && { channel }),
      }
      const [row] = await database.firmware.updateManyAndReturn({ where: { id }, data })
      return row && toRelease(row)
    },
    remove: async (id) => {
      const row = await database.firmware.findUnique({ where: { id } })
      if (row) await database.firmware.deleteMany({ where: { id } })
      return row ? toRelease(row) : undefined
    },
    countOutcomes: (releaseIds) => countOutcomes(releaseIds).catch(rethrowDatabaseError),
    offerOf: (deviceId) => offerOf(deviceId).catch(rethrowDatabaseError),
    noteOffer: async (id, { releaseId, version, state }, at) => {
      const data = { releaseId, offeredVersion: version, offeredState: state, offeredAt: at }
      await database.device.updateMany({ where: { id }, data })
    },
    listInstalled: (after, limit) => listInstalled(after, limit).catch(rethrowDatabaseError),
  }
}

function toRelease({ id, layout, channel, createdAt, ...row }: FirmwareRow): Release {
  return {
    ...row,
    releaseId: id,
    layout: PartitionLayout.parse(layout),
    channel: FirmwareChannel.parse(channel),
    createdAt: createdAt.toISOString(),
  }
}
