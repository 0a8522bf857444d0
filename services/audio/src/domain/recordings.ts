import type { Recording, RecordingOf } from '@parley/contracts'

export type NewRecording = RecordingOf & { side: Recording['side']; durationMs: number; ogg: Uint8Array }
export type StoredRecording = Recording & { ownerId: string; objectKey: string }

/** Where recordings are noted down. */
export type RecordingStore = {
  add: (recording: Omit<StoredRecording, 'createdAt'>) => Promise<void>
  list: (
    ownerId: string,
    query: { turnId?: string | undefined; deviceId?: string | undefined; before?: string | undefined; limit: number },
  ) => Promise<StoredRecording[]>
  read: (ownerId: string, recordingId: string) => Promise<StoredRecording | undefined>
  /** Those that were made before a moment, the oldest first. */
  listOlder: (before: Date, limit: number) => Promise<StoredRecording[]>
  remove: (recordingIds: string[]) => Promise<void>
}

/** Where their sound is. */
export type SoundStore = {
  put: (ogg: Uint8Array, about: { turnId: string }) => Promise<{ key: string }>
  delete: (key: string) => Promise<void>
}

export type RecorderGiven = {
  store: RecordingStore
  sounds: SoundStore
  newId: () => string
  /** What could not be kept: nobody's conversation waits for it, or fails with it. */
  onLost: (error: unknown) => void
}

/** Keeps the sound of turns. Disposing waits for what is being kept. */
export type Recorder = AsyncDisposable & { keep: (recording: NewRecording) => void }

/** More at a time are lost: a store that is slow must not fill the memory. */
const mostAtOnce = 64

export function createRecorder({ store, sounds, newId, onLost }: RecorderGiven): Recorder {
  const keeping = new Set<Promise<void>>()

  async function keep({ ogg, ...about }: NewRecording) {
    const { key } = await sounds.put(ogg, about)
    try {
      await store.add({ ...about, recordingId: newId(), objectKey: key, size: ogg.length })
    } catch (error) {
      // Nobody would find it any more.
      await sounds.delete(key)
      throw error
    }
  }
  return {
    keep: (recording) => {
      if (keeping.size >= mostAtOnce) return onLost(new Error('Too many recordings are being kept'))
      const work = keep(recording)
        .catch(onLost)
        .finally(() => keeping.delete(work))
      keeping.add(work)
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all(keeping)),
  }
}

const batch = 200

/** Deletes recordings, their sound first: what is listed can be deleted again, what is forgotten cannot. */
export async function deleteRecordings(
  list: () => Promise<StoredRecording[]>,
  { store, sounds }: Pick<RecorderGiven, 'store' | 'sounds'>,
): Promise<number> {
  let deleted = 0
  for (;;) {
    const found = await list()
    for (const { objectKey } of found) await sounds.delete(objectKey)
    await store.remove(found.map(({ recordingId }) => recordingId))
    deleted += found.length
    if (found.length < batch) return deleted
  }
}

/** Deletes what is older than it may be. */
export function forgetRecordings(before: Date, given: Pick<RecorderGiven, 'store' | 'sounds'>): Promise<number> {
  return deleteRecordings(() => given.store.listOlder(before, batch), given)
}

export function deleteOwn(
  ownerId: string,
  query: { turnId?: string | undefined; deviceId?: string | undefined },
  given: Pick<RecorderGiven, 'store' | 'sounds'>,
): Promise<number> {
  return deleteRecordings(() => given.store.list(ownerId, { ...query, limit: batch }), given)
}
