import type { Bus } from '@parley/bus'
import { Problem, recordings, type Recording } from '@parley/contracts'
import { deleteOwn, deleteRecordings, type RecorderGiven, type StoredRecording } from '../domain/recordings.ts'

export type RecordingsGiven = { bus: Bus; kept: Pick<RecorderGiven, 'store' | 'sounds'> | undefined }

/** Serves what there is to know and to do about one's own recordings. Where none are kept, there are none. */
export function serveRecordings({ bus, kept }: RecordingsGiven): void {
  bus.handle(recordings.listRecordings, async (query, { identity }) => {
    const found = (await kept?.store.list(identity.userId, query)) ?? []
    const last = found.length === query.limit ? found.at(-1)?.recordingId : undefined
    return { recordings: found.map(toView), ...(last !== undefined && { before: last }) }
  })
  bus.handle(recordings.readRecording, async ({ recordingId }, { identity }) => {
    const { objectKey } = await find(identity.userId, recordingId)
    return { key: objectKey }
  })
  bus.handle(recordings.deleteRecording, async ({ recordingId }, { identity }) => {
    const found = await find(identity.userId, recordingId)
    return { deleted: kept ? await deleteRecordings(async () => [found], kept) : 0 }
  })
  bus.handle(recordings.deleteRecordings, async (query, { identity }) => ({
    deleted: kept ? await deleteOwn(identity.userId, query, kept) : 0,
  }))

  async function find(ownerId: string, recordingId: string): Promise<StoredRecording> {
    const found = await kept?.store.read(ownerId, recordingId)
    if (!found) throw new Problem('not-found', 'There is no such recording')
    return found
  }
}

function toView({ ownerId: _owner, objectKey: _key, ...recording }: StoredRecording): Recording {
  return recording
}
