import type { ObjectStore } from '@parley/object-store'
import type { SoundStore } from '../domain/recordings.ts'

/** Recordings in the object store; how long they stay is this service's to say. */
export function createObjectSounds(objects: ObjectStore): SoundStore {
  return {
    put: (body, { turnId }) =>
      objects.put({
        retention: 'permanent',
        name: 'turn.ogg',
        contentType: 'audio/ogg',
        body,
        metadata: { turn: turnId },
      }),
    delete: (key) => objects.delete(key),
  }
}
