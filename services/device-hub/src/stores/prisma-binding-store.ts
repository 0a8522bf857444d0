import { rethrowDatabaseError } from '@parley/service-kit'
import type { BindingStore, OwnedDevice } from '../domain/bindings.ts'
import type { Device as DeviceRow, PrismaClient } from './generated/client.ts'

/** Whose device is whose, in PostgreSQL. */
export function createBindingStore(database: PrismaClient): BindingStore {
  const find = async (deviceId: string, ownerId: string) => {
    const row = await database.device.findFirst({ where: { id: deviceId, ownerId } })
    return row ? toOwned(row) : undefined
  }

  const bind: BindingStore['bind'] = ({ bindingId, deviceId, userId, name, at }) =>
    database.$transaction(async (transaction) => {
      const data = { ownerId: userId, name: name ?? null, agentId: null, boundAt: at }
      const [row] = await transaction.device.updateManyAndReturn({ where: { id: deviceId, ownerId: null }, data })
      if (!row) return undefined
      await transaction.binding.create({ data: { id: bindingId, deviceId, userId, boundAt: at } })
      return toOwned(row)
    })

  const unbind: BindingStore['unbind'] = (deviceId, userId, at) =>
    database.$transaction(async (transaction) => {
      const data = { ownerId: null, name: null, agentId: null, boundAt: null, credentialEpoch: { increment: 1 } }
      const { count } = await transaction.device.updateMany({ where: { id: deviceId, ownerId: userId }, data })
      const open = { deviceId, userId, releasedAt: null }
      if (count > 0) await transaction.binding.updateMany({ where: open, data: { releasedAt: at } })
      return count > 0
    })

  const list = async (ownerId: string) => {
    const rows = await database.device.findMany({ where: { ownerId }, orderBy: [{ boundAt: 'desc' }, { id: 'asc' }] })
    return rows.map(toOwned)
  }

  const change: BindingStore['change'] = async (deviceId, ownerId, { name, agentId }) => {
    const data = { ...(name !== undefined && { name }), ...(agentId !== undefined && { agentId }) }
    const [row] = await database.device.updateManyAndReturn({ where: { id: deviceId, ownerId }, data })
    return row ? toOwned(row) : undefined
  }

  return {
    find: (deviceId, ownerId) => find(deviceId, ownerId).catch(rethrowDatabaseError),
    bind: (binding) => bind(binding).catch(rethrowDatabaseError),
    unbind: (deviceId, userId, at) => unbind(deviceId, userId, at).catch(rethrowDatabaseError),
    list: (ownerId) => list(ownerId).catch(rethrowDatabaseError),
    change: (deviceId, ownerId, changes) => change(deviceId, ownerId, changes).catch(rethrowDatabaseError),
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

function toOwned({ id, name, agentId, boardName, firmwareVersion, boundAt, lastSeenAt }: DeviceRow): OwnedDevice {
  return {
    deviceId: id,
    name: name ?? boardName ?? id,
    ...(agentId !== null && { agentId }),
    ...(boardName !== null && { boardName }),
    ...(firmwareVersion !== null && { firmwareVersion }),
    boundAt: (boundAt ?? lastSeenAt).toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
  }
}
