import { Problem } from '@parley/contracts'
import type { ObjectStore } from '@parley/object-store'
import { buffer } from 'node:stream/consumers'
import type { Images } from '../domain/ports.ts'

/** What vendors take in one request, before it grows by a third in base64. */
const mostBytes = 10 * 1024 * 1024

/** Images in the object store. */
export function createObjectImages(store: ObjectStore): Images {
  return {
    read: async (key, { signal }) => {
      const object = await store.get(key, { signal })
      if (!object) throw new Problem('not-found', 'There is no such image')
      const { contentType, size, body } = object
      try {
        if (!contentType.startsWith('image/')) throw new Problem('bad-request', 'This file is not an image')
        if (size > mostBytes) throw new Problem('too-large', `An image may have ${mostBytes} bytes at most`)
        return { contentType, bytes: await buffer(body) }
      } finally {
        body.destroy()
      }
    },
  }
}
