import { createHash } from 'node:crypto'
import { firmwareHeadBytes } from '@parley/device-protocol'
import type { ObjectStore } from '@parley/object-store'
import type { ImageStore } from '../domain/firmware.ts'

/** What whoever uploads an image says beside it: no other object becomes one. */
const firmwareKind = 'firmware'

/** Images of firmware in the object store. */
export function createImageStore(store: ObjectStore): ImageStore {
  return {
    inspect: async (imageKey) => {
      const found = await store.get(imageKey)
      if (!found) return undefined
      if (found.metadata['kind'] !== firmwareKind) {
        found.body.destroy()
        return undefined
      }
      const hash = createHash('sha256')
      const head: Uint8Array[] = []
      let kept = 0
      for await (const chunk of found.body as AsyncIterable<Uint8Array>) {
        hash.update(chunk)
        if (kept < firmwareHeadBytes) head.push(chunk)
        kept += chunk.length
      }
      const { size, etag } = found
      const bytes = new Uint8Array(Buffer.concat(head).subarray(0, firmwareHeadBytes))
      return { head: bytes, size, sha256: hash.digest('hex'), etag }
    },
    remove: async (imageKey) => {
      const about = await store.head(imageKey)
      if (about?.metadata['kind'] === firmwareKind) await store.delete(imageKey)
    },
  }
}
