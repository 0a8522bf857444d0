import { rethrowDatabaseError } from '@parley/service-kit'
import type { StoredVoiceprint, VoiceprintStore } from '../domain/voiceprints.ts'
import type { PrismaClient } from './generated/client.ts'

type Row = { id: string; ownerId: string; name: string; embedding: Uint8Array | null; samples: number; createdAt: Date }

/** Voiceprints in PostgreSQL. */
export function createPrismaVoiceprintStore(prisma: PrismaClient): VoiceprintStore {
  return {
    list: async (ownerId, engine) => {
      const rows = await prisma.voiceprint
        .findMany({ where: { ownerId, engine }, orderBy: { createdAt: 'asc' } })
        .catch(rethrowDatabaseError)
      return rows.map(toVoiceprint)
    },
    save: async ({ voiceprintId: id, ownerId, name, embedding, samples }, engine) => {
      const data = { embedding: embedding ? toBytes(embedding) : null, samples }
      const row = await prisma.voiceprint
        .upsert({ where: { id }, create: { id, ownerId, name, engine, ...data }, update: data })
        .catch(rethrowDatabaseError)
      return toVoiceprint(row)
    },
    remove: async (ownerId, id) => {
      const { count } = await prisma.voiceprint.deleteMany({ where: { id, ownerId } }).catch(rethrowDatabaseError)
      return count > 0
    },
  }
}

function toVoiceprint({ id, ownerId, name, embedding, samples, createdAt }: Row): StoredVoiceprint {
  return {
    voiceprintId: id,
    ownerId,
    name,
    samples,
    createdAt: createdAt.toISOString(),
    // A copy: the bytes may stand where no float may.
    embedding: embedding ? new Float32Array(Uint8Array.from(embedding).buffer) : undefined,
  }
}

function toBytes(embedding: Float32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Float32Array.from(embedding).buffer)
}
