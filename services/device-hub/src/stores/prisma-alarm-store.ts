import { AlarmKind, AlarmRepetition } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { AlarmStore, KeptAlarm } from '../domain/alarms.ts'
import type { Alarm as AlarmRow, PrismaClient } from './generated/client.ts'

/** What one look finds at most: the rest is for the next one. */
const mostAtOnce = 1_000
const withOwner = { device: { select: { ownerId: true } } } as const

/** What devices are going to say, in PostgreSQL. */
export function createAlarmStore(database: PrismaClient): AlarmStore {
  const add: AlarmStore['add'] = (
    { alarmId, deviceId, kind, dueAt, timeOfDay, timeZone, createdAt, ...optional },
    most,
  ) =>
    database.$transaction(async (transaction) => {
      // Whoever adds one for the same device waits, so that the count holds.
      const known = await transaction.$queryRaw<unknown[]>`SELECT 1 FROM devices WHERE id = ${deviceId} FOR UPDATE`
      if (known.length === 0) return undefined
      if ((await transaction.alarm.count({ where: { deviceId } })) >= most) return undefined
      const { repeats = null, text = null, language = null } = optional
      const data = { id: alarmId, deviceId, kind, dueAt, repeats, timeOfDay, timeZone, text, language, createdAt }
      return toKept(await transaction.alarm.create({ data, include: withOwner }))
    })

  /** Takes rows away and gives what they were. */
  const remove = (where: { id?: string; deviceId?: string; kind?: string; dueAt?: { lt: Date }; sessionId?: null }) =>
    database.$transaction(async (transaction) => {
      const rows = await transaction.alarm.findMany({ where, include: withOwner, take: mostAtOnce })
      const gone = await Promise.all(
        rows.map(async (row) => {
          // Another instance may have been faster.
          const { count } = await transaction.alarm.deleteMany({ where: { ...where, id: row.id } })
          return count > 0 ? [toKept(row)] : []
        }),
      )
      return gone.flat()
    })

  const takeDue: AlarmStore['takeDue'] = async (deviceId, sessionId, at) => {
    const [row] = await database.$queryRaw<{ id: string }[]>`
      UPDATE alarms SET session_id = ${sessionId}::uuid
      WHERE id = (
        SELECT id FROM alarms
        WHERE device_id = ${deviceId} AND session_id IS NULL AND due_at <= ${at}
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
      ) RETURNING id`
    const taken = row && (await database.alarm.findUnique({ where: { id: row.id }, include: withOwner }))
    return taken ? toKept(taken) : undefined
  }

  const store: AlarmStore = {
    add,
    takeDue,
    list: async (deviceId) => {
      const rows = await database.alarm.findMany({ where: { deviceId }, include: withOwner, orderBy: { dueAt: 'asc' } })
      return rows.map(toKept)
    },
    cancel: async (deviceId, id) => (await remove({ id, deviceId }))[0],
    devicesDue: async (from, to) => {
      const where = { dueAt: { gt: from, lte: to }, sessionId: null }
      const rows = await database.alarm.findMany({ where, select: { deviceId: true }, distinct: ['deviceId'] })
      return rows.map(({ deviceId }) => deviceId)
    },
    putBack: async (id, sessionId) => {
      await database.alarm.updateMany({ where: { id, sessionId }, data: { sessionId: null } })
    },
    finish: async (id, next) => {
      if (next) await database.alarm.updateMany({ where: { id }, data: { dueAt: next, sessionId: null } })
      else await database.alarm.deleteMany({ where: { id } })
    },
    abandoned: async (deviceId, sessionId) => {
      // Ids of sessions are in order of time: one that is newer than this one has just been given it.
      const where = { deviceId, sessionId: { lt: sessionId } }
      return (await database.alarm.findMany({ where, include: withOwner })).map(toKept)
    },
    dropTimers: (before) => remove({ kind: 'timer', dueAt: { lt: before }, sessionId: null }),
  }
  return {
    add: (...given) => store.add(...given).catch(rethrowDatabaseError),
    list: (...given) => store.list(...given).catch(rethrowDatabaseError),
    cancel: (...given) => store.cancel(...given).catch(rethrowDatabaseError),
    devicesDue: (...given) => store.devicesDue(...given).catch(rethrowDatabaseError),
    takeDue: (...given) => store.takeDue(...given).catch(rethrowDatabaseError),
    putBack: (...given) => store.putBack(...given).catch(rethrowDatabaseError),
    finish: (...given) => store.finish(...given).catch(rethrowDatabaseError),
    abandoned: (...given) => store.abandoned(...given).catch(rethrowDatabaseError),
    dropTimers: (...given) => store.dropTimers(...given).catch(rethrowDatabaseError),
  }
}

function toKept({ id, deviceId, device, ...row }: AlarmRow & { device: { ownerId: string | null } }): KeptAlarm {
  const { kind, dueAt, repeats, timeOfDay, timeZone, text, language, createdAt } = row
  return {
    alarmId: id,
    deviceId,
    ...(device.ownerId !== null && { ownerId: device.ownerId }),
    kind: AlarmKind.parse(kind),
    dueAt,
    ...(repeats !== null && { repeats: AlarmRepetition.parse(repeats) }),
    timeOfDay,
    timeZone,
    ...(text !== null && { text }),
    ...(language !== null && { language }),
    createdAt,
  }
}
