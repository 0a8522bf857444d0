import { DeviceStatus, FirmwareOutcome, type DeviceSettings, type DeviceSettingsChange } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { BindingStore, OwnedDevice } from '../domain/bindings.ts'
import { Prisma, type Device as DeviceRow, type PrismaClient } from './generated/client.ts'
import { readSettings } from './read-settings.ts'

type Transaction = Prisma.TransactionClient

/** What a device has from its owner, and loses with them. */
const nobodys = { ownerId: null, name: null, agentId: null, boundAt: null, settings: {}, rebindUntil: null }

/** Whose device is whose, in PostgreSQL. */
export function createBindingStore(database: PrismaClient): BindingStore {
  const find = async (deviceId: string, ownerId: string) => {
    const row = await database.device.findFirst({ where: { id: deviceId, ownerId } })
    return row ? toOwned(row) : undefined
  }

  const bind: BindingStore['bind'] = ({ bindingId, deviceId, userId, from, name, at }) =>
    database.$transaction(async (transaction) => {
      const data = { ...nobodys, ownerId: userId, name: name ?? null, boundAt: at }
      const where = { id: deviceId, ownerId: from ?? null }
      const [row] = await transaction.device.updateManyAndReturn({ where, data })
      if (!row) return undefined
      if (from !== undefined) await release(transaction, deviceId, from, at)
      // What was said to it before was said to its earlier owner.
      const adopted = from !== undefined
      await transaction.binding.create({ data: { id: bindingId, deviceId, userId, boundAt: at, adopted } })
      return toOwned(row)
    })

  const unbind: BindingStore['unbind'] = (deviceId, userId, at) =>
    database.$transaction(async (transaction) => {
      const data = { ...nobodys, credentialEpoch: { increment: 1 } }
      const { count } = await transaction.device.updateMany({ where: { id: deviceId, ownerId: userId }, data })
      return count > 0 ? { alarms: await release(transaction, deviceId, userId, at) } : undefined
    })

  /** Ends a binding, and what its owner wanted the device to do and to say; how much was still to be said. */
  async function release(transaction: Transaction, deviceId: string, userId: string, at: Date) {
    await transaction.binding.updateMany({ where: { deviceId, userId, releasedAt: null }, data: { releasedAt: at } })
    const waiting = { deviceId, userId, state: 'queued' }
    await transaction.command.updateMany({ where: waiting, data: { state: 'expired', finishedAt: at } })
    return (await transaction.alarm.deleteMany({ where: { deviceId } })).count
  }

  const list = async (ownerId: string) => {
    const rows = await database.device.findMany({ where: { ownerId }, orderBy: [{ boundAt: 'desc' }, { id: 'asc' }] })
    return rows.map(toOwned)
  }

  const change: BindingStore['change'] = (deviceId, ownerId, { name, agentId, settings }) =>
    database.$transaction(async (transaction) => {
      const where = { id: deviceId, ownerId }
      const now = settings && (await transaction.device.findFirst({ where }))
      const data = {
        ...(name !== undefined && { name }),
        ...(agentId !== undefined && { agentId }),
        ...(now && { settings: changeSettings(readSettings(now.settings), settings) }),
      }
      const [row] = await transaction.device.updateManyAndReturn({ where, data })
      return row && toOwned(row)
    })

  return {
    find: (deviceId, ownerId) => find(deviceId, ownerId).catch(rethrowDatabaseError),
    bind: (binding) => bind(binding).catch(rethrowDatabaseError),
    unbind: (deviceId, userId, at) => unbind(deviceId, userId, at).catch(rethrowDatabaseError),
    list: (ownerId) => list(ownerId).catch(rethrowDatabaseError),
    change: (deviceId, ownerId, changes) => change(deviceId, ownerId, changes).catch(rethrowDatabaseError),
    allowRebind: async (deviceId, ownerId, until) => {
      const { count } = await database.device.updateMany({
        where: { id: deviceId, ownerId },
        data: { rebindUntil: until },
      })
      return count > 0
    },
    forget: async (userId) => {
      const { count: bindings } = await database.binding.deleteMany({ where: { userId } })
      const { count: commands } = await database.command.deleteMany({ where: { userId } })
      return { bindings, commands }
    },
    noteStatus: async (deviceId, status) => {
      await database.device.updateMany({ where: { id: deviceId }, data: { status } })
    },
    openAdoptions: async (limit) => {
      const where = { adopted: false, releasedAt: null }
      const rows = await database.binding.findMany({ where, take: limit, orderBy: { id: 'asc' } })
      return rows.map(({ id, deviceId, userId }) => ({ bindingId: id, deviceId, userId }))
    },
    markAdopted: async (bindingId) => {
      await database.binding.updateMany({ where: { id: bindingId }, data: { adopted: true } })
    },
  }
}

function changeSettings(settings: DeviceSettings, changes: DeviceSettingsChange): DeviceSettings {
  const changed = { ...settings, ...changes }
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== null && value !== undefined))
}

function toOwned(row: DeviceRow): OwnedDevice {
  const { id, name, agentId, boardName, firmwareVersion, boundAt, lastSeenAt } = row
  const status = DeviceStatus.safeParse(row.status).data
  const firmware = outcomeOf(row)
  return {
    deviceId: id,
    name: name ?? boardName ?? id,
    ...(agentId !== null && { agentId }),
    ...(boardName !== null && { boardName }),
    ...(firmwareVersion !== null && { firmwareVersion }),
    ...(firmware && { firmware }),
    ...(status && { status }),
    settings: readSettings(row.settings),
    boundAt: (boundAt ?? lastSeenAt).toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
  }
}

/** What became of the last firmware that a device was offered. */
export function outcomeOf({ offeredVersion, offeredState, offeredAt }: DeviceRow): FirmwareOutcome | undefined {
  const outcome = { version: offeredVersion, state: offeredState, at: offeredAt?.toISOString() }
  return FirmwareOutcome.safeParse(outcome).data
}
