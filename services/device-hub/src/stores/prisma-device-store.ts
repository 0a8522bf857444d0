import type { Device, DeviceFacts, DeviceStore } from '../domain/enrolment.ts'
import type { Device as DeviceRow, PrismaClient } from './generated/client.ts'
import { readSettings } from './read-settings.ts'

/** The registry of devices in PostgreSQL. */
export function createDeviceStore(database: PrismaClient): DeviceStore {
  return {
    find: async (deviceId) => {
      const row = await database.device.findUnique({ where: { id: deviceId } })
      return row ? fromRow(row) : undefined
    },
    add: async ({ deviceId, clientId }, facts) => {
      const data = [{ id: deviceId, clientId, ...toColumns(facts) }]
      await database.device.createMany({ data, skipDuplicates: true })
      return fromRow(await database.device.findUniqueOrThrow({ where: { id: deviceId } }))
    },
    updateFacts: async (deviceId, facts) => {
      await database.device.updateMany({
        where: { id: deviceId },
        data: { ...toColumns(facts), lastSeenAt: new Date() },
      })
    },
    rebind: async (device, clientId) => {
      const where = { id: device.deviceId, credentialEpoch: device.credentialEpoch, ownerId: device.ownerId ?? null }
      const credentialEpoch = device.credentialEpoch + 1
      const data = { clientId, credentialEpoch, rebindUntil: null }
      const { count } = await database.device.updateMany({ where, data })
      return count === 1 ? { ...device, clientId, credentialEpoch, rebindUntil: undefined } : undefined
    },
    noteCredential: async (deviceId) => {
      const where = { id: deviceId, credentialIssuedAt: null }
      await database.device.updateMany({ where, data: { credentialIssuedAt: new Date() } })
    },
    findAll: async (deviceIds) => (await database.device.findMany({ where: { id: { in: deviceIds } } })).map(fromRow),
    touch: async (deviceIds) => {
      await database.device.updateMany({ where: { id: { in: deviceIds } }, data: { lastSeenAt: new Date() } })
    },
  }
}

function fromRow(row: DeviceRow): Device {
  const { id, clientId, credentialEpoch, credentialIssuedAt, ownerId, agentId } = row
  return {
    deviceId: id,
    clientId,
    credentialEpoch,
    credentialIssued: credentialIssuedAt !== null,
    ownerId: ownerId ?? undefined,
    agentId: agentId ?? undefined,
    chipModel: row.chipModel ?? undefined,
    settings: readSettings(row.settings),
    rebindUntil: row.rebindUntil ?? undefined,
    origin: row.origin ?? undefined,
  }
}

function toColumns({ boardType, boardName, chipModel, firmwareVersion, layout, origin }: DeviceFacts) {
  return { boardType, boardName, chipModel, firmwareVersion, layout, origin }
}
