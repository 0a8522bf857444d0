import { Problem } from '@parley/contracts'
import type { ObjectStore } from '@parley/object-store'
import { fileTypeFromBuffer } from 'file-type'
import type { PictureStore } from '../domain/pictures/ports.ts'

const linkLifeS = 600

/** Drawn pictures in the object store, until temporary files are swept. */
export function createObjectPictures(objects: ObjectStore): PictureStore {
  return {
    keep: async (bytes, { owner }, { signal }) => {
      const type = await fileTypeFromBuffer(bytes)
      if (!type?.mime.startsWith('image/')) throw new Problem('provider-failed', 'What was drawn is no picture')
      const { ext, mime: contentType } = type
      const object = { retention: 'temporary', name: `drawn.${ext}`, contentType, body: bytes } as const
      const { key } = await objects.put({ ...object, metadata: { owner } }, { signal })
      return { key, contentType }
    },
    link: async (key, owner) => {
      const found = await objects.head(key)
      if (!found || (owner !== undefined && found.metadata['owner'] !== owner))
        throw new Problem('not-found', 'There is no such picture')
      return objects.signUrl(key, { expiresInS: linkLifeS })
    },
  }
}
