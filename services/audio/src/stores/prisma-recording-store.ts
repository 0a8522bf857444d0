import type { Recording } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { RecordingStore, StoredRecording } from '../domain/recordings.ts'
import type { PrismaClient } from './generated/client.ts'

type Row = {
  id: string
  ownerId: string
  deviceId: string
  turnId: string
  side: string
  objectKey: string
  durationMs: number
  size: number
  createdAt: Date
}

/** Recordings in PostgreSQL. Ids are UUIDv7: their order is that of time. */
export function createPrismaRecordingStore(prisma: PrismaClient): RecordingStore {
  return {
    add: async ({ recordingId: id, ...recording }) => {
      await prisma.recording.create({ data: { id, ...recording } }).catch(rethrowDatabaseError)
    },
    list: async (ownerId, { turnId, deviceId, before, limit }) => {
      const where = {
        ownerId,
        ...(turnId && { turnId }),
        ...(deviceId && { deviceId }),
        ...(before && { id: { lt: before } }),
      }
      const rows = await prisma.recording
        .findMany({ where, orderBy: { id: 'desc' }, take: limit })
        .catch(rethrowDatabaseError)
      return rows.map(toRecording)
    },
    read: async (ownerId, id) => {
      const row = await prisma.recording.findFirst({ where: { id, ownerId } }).catch(rethrowDatabaseError)
      return row ? toRecording(row) : undefined
    },
    listOlder: async (before, limit) => {
      const rows = await prisma.recording
        .findMany({ where: { createdAt: { lt: before } }, orderBy: { createdAt: 'asc' }, take: limit })
        .catch(rethrowDatabaseError)
      return rows.map(toRecording)
    },
    remove: async (ids) => {
      await prisma.recording.deleteMany({ where: { id: { in: ids } } }).catch(rethrowDatabaseError)
    },
  }
}

function toRecording({ id, side, createdAt, ...row }: Row): StoredRecording {
  return { ...row, recordingId: id, side: side as Recording['side'], createdAt: createdAt.toISOString() }
}
