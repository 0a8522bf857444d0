import { StoredCommand } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { CommandStore, OwnedCommand } from '../domain/commands.ts'
import { Prisma, type Command as CommandRow, type PrismaClient } from './generated/client.ts'

/** What one look ends at most: the rest is for the next one. */
const endedAtOnce = 1_000

/** Commands for devices, in PostgreSQL. */
export function createCommandStore(database: PrismaClient): CommandStore {
  const add: CommandStore['add'] = ({ commandId, deviceId, userId, command, at, expiresAt }, most) =>
    database.$transaction(async (transaction) => {
      // Whoever adds one for the same device waits, so that the count holds.
      const known = await transaction.$queryRaw<unknown[]>`SELECT 1 FROM devices WHERE id = ${deviceId} FOR UPDATE`
      if (known.length === 0) return undefined
      if ((await transaction.command.count({ where: { deviceId, state: 'queued' } })) >= most) return undefined
      const data = { id: commandId, deviceId, userId, command, createdAt: at, expiresAt }
      return toCommand(await transaction.command.create({ data: data as Prisma.CommandUncheckedCreateInput }))
    })

  const takeNext: CommandStore['takeNext'] = async (deviceId, sessionId, at) => {
    const [row] = await database.$queryRaw<{ id: string }[]>`
      UPDATE commands SET state = 'running', session_id = ${sessionId}::uuid
      WHERE id = (
        SELECT id FROM commands
        WHERE device_id = ${deviceId} AND state = 'queued' AND expires_at > ${at}
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
      ) RETURNING id`
    return row && toCommand(await database.command.findUniqueOrThrow({ where: { id: row.id } }))
  }

  const finish: CommandStore['finish'] = async (id, sessionId, { state, result }, at) => {
    const where = { id, sessionId, state: 'running' }
    const data = { state, result: result ?? null, finishedAt: at }
    const [row] = await database.command.updateManyAndReturn({ where, data })
    return row && toCommand(row)
  }

  const giveUp: CommandStore['giveUp'] = async (deviceId, sessionId, at) => {
    const where = { deviceId, state: 'running', sessionId: { not: sessionId } }
    const rows = await database.command.updateManyAndReturn({ where, data: { state: 'unanswered', finishedAt: at } })
    return rows.map(toCommand)
  }

  const expire: CommandStore['expire'] = async (at, before) => {
    await database.command.deleteMany({ where: { finishedAt: { lt: before } }, limit: endedAtOnce })
    const where = { state: 'queued', expiresAt: { lte: at } }
    const data = { state: 'expired', finishedAt: at }
    return (await database.command.updateManyAndReturn({ where, data, limit: endedAtOnce })).map(toCommand)
  }

  return {
    add: (command, most) => add(command, most).catch(rethrowDatabaseError),
    takeNext: (deviceId, sessionId, at) => takeNext(deviceId, sessionId, at).catch(rethrowDatabaseError),
    putBack: async (id, sessionId) => {
      const where = { id, sessionId, state: 'running' }
      await database.command.updateMany({ where, data: { state: 'queued', sessionId: null } })
    },
    finish: (id, sessionId, outcome, at) => finish(id, sessionId, outcome, at).catch(rethrowDatabaseError),
    giveUp: (deviceId, sessionId, at) => giveUp(deviceId, sessionId, at).catch(rethrowDatabaseError),
    expire: (at, before) => expire(at, before).catch(rethrowDatabaseError),
    list: async (deviceId, limit) => {
      const rows = await database.command.findMany({ where: { deviceId }, orderBy: { id: 'desc' }, take: limit })
      return rows.map(toCommand)
    },
  }
}

function toCommand(row: CommandRow): OwnedCommand {
  const { id, deviceId, userId, command, state, result, createdAt, expiresAt, finishedAt } = row
  const stored = {
    commandId: id,
    deviceId,
    command,
    state,
    ...(result !== null && { result }),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ...(finishedAt && { finishedAt: finishedAt.toISOString() }),
  }
  return { ...StoredCommand.parse(stored), userId }
}
